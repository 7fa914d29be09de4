/**
 * Keeps the page in the browser, so that it opens without a network.
 *
 * @module
 */

/** Starts the service worker once the page has nothing better to do; where there is none to be had, nothing happens. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator)) return
  const start = () => {
    navigator.serviceWorker.register("./service-worker.js").catch(() => {})
  }
  const whenIdle = () => (globalThis.requestIdleCallback ?? setTimeout)(start)
  if (document.readyState === "complete") whenIdle()
  else addEventListener("load", whenIdle, { once: true })
}
