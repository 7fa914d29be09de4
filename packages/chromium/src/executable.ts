/**
 * The Chromium of this machine, and how it is started.
 *
 * @module
 */
import { existsSync } from "node:fs"

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
]

/** Where Chromium is: what `CHROMIUM` names, else the first of the usual places; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM } = process.env
  return (CHROMIUM === undefined ? USUAL : [CHROMIUM]).find((path) => existsSync(path))
}

/** Nothing is sent anywhere. Root may not use the sandbox. */
const QUIET = [
  ...["--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])
]

/** WebGPU on SwiftShader, which Chromium brings along, whatever GPU the machine has. */
const SWIFTSHADER = [
  ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  ...["--enable-features=Vulkan", "--use-vulkan=swiftshader"]
]

/** The arguments of Chromium, with WebGPU on SwiftShader or without an adapter. */
export const chromiumArguments = (webgpu: boolean): readonly string[] => [...QUIET, ...(webgpu ? SWIFTSHADER : [])]
