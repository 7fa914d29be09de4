/**
 * Pages in the Chromium of this machine: found, opened, watched for whatever goes wrong in them, closed.
 *
 * @module
 */
export { type BrowserOptions, launchBrowser } from "./browser.ts"
export { bundled } from "./bundle.ts"
export { chromiumPath } from "./executable.ts"
export { type Answer, type Site, type VisitOptions, visit, visitSite } from "./visit.ts"
export { type WatchOptions, watch } from "./watch.ts"
