/**
 * Runs the cases of an engine in a page of headless Chromium, those of the CPU in its worker, and prints the text of
 * `main.ts`:
 *
 *   bun packages/dualcone/conformance/chromium.ts [--engine cpu|webgpu]
 *   bun packages/dualcone/conformance/chromium.ts --version
 *
 * `--version` says which Chromium that would be, and fails without one. WebGPU computes on Chromium's own SwiftShader.
 * Exit code 1 when a case failed or the page did, 2 for wrong usage.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { type Answer, bundled, chromiumPath, visitSite } from "@dualcone/chromium"
import { engineArgument } from "./engine-argument.ts"

/** Seconds until the page is given up. */
const LIMIT = { cpu: 120, webgpu: 300 }

const root = new URL("../../../", import.meta.url)
const PAGE =
  '<!doctype html><html lang="en"><link rel="icon" href="data:,"><script type="module" src="/page/main.js"></script><body>'

/** The bundle lies where the addresses of the module and of the digits, which are relative to it, lead to the files. */
async function files(): Promise<Record<string, Answer>> {
  const golden = readdirSync(new URL("golden", root)).map((name) => `golden/${name}`)
  return {
    "/page/": { type: "text/html", content: PAGE },
    "/page/main.js": await bundled(new URL("page.ts", import.meta.url)),
    ...Object.fromEntries(
      ["dualcone_bg.wasm", "dualcone-threads_bg.wasm"].map((name) => [
        `/module/${name}`,
        { file: new URL(`packages/wasm/module/${name}`, root) }
      ])
    ),
    "/digits/digits.bin": { file: new URL("packages/datasets/digits/digits.bin", root) },
    ...Object.fromEntries(golden.map((path) => [`/${path}`, { file: new URL(path, root) }]))
  }
}

async function run(args: readonly string[]): Promise<number> {
  if (args.join() === "--version") {
    const path = chromiumPath()
    const version = path === undefined ? undefined : spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim()
    console.log(version || "there is no Chromium here")
    return version ? 0 : 1
  }
  const engine = engineArgument(args)
  const site = { files: await files(), start: `/page/?engine=${engine}` }
  try {
    const failed = await visitSite(
      site,
      { webgpu: engine === "webgpu", limit: LIMIT[engine], print: console.log },
      async (page) => {
        const body = page.locator("body[data-failed]")
        await body.waitFor({ state: "attached" })
        return Number(await body.getAttribute("data-failed"))
      }
    )
    return failed > 0 ? 1 : 0
  } catch (error) {
    console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

process.exitCode = await run(process.argv.slice(2))
