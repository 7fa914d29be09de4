/**
 * Headless Chromium, started.
 *
 * @module
 */
import { type Browser, chromium } from "playwright-core"
import { chromiumArguments, chromiumPath } from "./executable.ts"

/** Options of {@link launchBrowser}. */
export interface BrowserOptions {
  /** Whether its pages have WebGPU, on SwiftShader. */
  readonly webgpu: boolean
}

/** Starts the Chromium of this machine; the caller closes it. @throws Error where there is none. */
export function launchBrowser({ webgpu }: BrowserOptions): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error("Chromium is not installed; CHROMIUM may name it")
  return chromium.launch({ executablePath, args: [...chromiumArguments(webgpu)] })
}
