/** What `diagnose` says of runtimes, browsers and what is missing. */
import { describe, expect, test } from "bun:test"
import { browserOf, systemOf } from "../src/diagnosis/runtime.ts"
import { pageAdvice } from "../src/diagnosis/webgpu.ts"
import { diagnose } from "../src/index.ts"

const emptyGpu: GPU = {
  wgslLanguageFeatures: new Set<string>(),
  getPreferredCanvasFormat: () => "bgra8unorm",
  requestAdapter: async () => null
}

describe("diagnose", () => {
  test("names the runtime, its WebAssembly and the digits", async () => {
    const found = await diagnose({ gpu: emptyGpu })
    expect(found).toMatchObject({
      runtime: { name: "Bun", version: Bun.version },
      platform: { os: process.platform, architecture: process.arch, cores: navigator.hardwareConcurrency },
      wasm: { simd: true, threads: true, solver: { works: true, certificate: "certified" } },
      data: { digits: 10_000 }
    })
  })

  test("without an adapter: one engine, and what to install", async () => {
    const { engines, webgpu, missing } = await diagnose({ gpu: emptyGpu })
    expect(engines).toEqual(["cpu"])
    expect(webgpu).toMatchObject({ adapter: null, engine: false, canary: { works: false }, missing: "no-adapter" })
    expect(missing).toEqual([
      { what: "WebGPU", why: "optional: the engine webgpu", how: expect.stringContaining("npm package webgpu") }
    ])
  })

  test("digits that are not where they should be are missing, not an exception", async () => {
    const { data, missing } = await diagnose({ gpu: emptyGpu, digits: new Uint8Array(3) })
    expect(data.digits).toBe(0)
    expect(missing.map(({ what }) => what)).toContain("the embedded digits")
  })
})

describe("a browser is named by its own name, not by those that it also claims", () => {
  const mozilla = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
  const agents = [
    [`${mozilla} HeadlessChrome/156.0.0.0 Safari/537.36`, "Chrome", "156.0.0.0", "linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.3485.54",
      ...["Edge", "140.0.3485.54", "win32"]
    ],
    ["Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox", "145.0", "android"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
      ...["Safari", "26.0", "darwin"]
    ],
    ["Lynx/2.9", "browser", "Lynx/2.9", "unknown"]
  ] as const
  for (const [agent, name, version, system] of agents) {
    test(`${name} on ${system}`, () => {
      expect(browserOf(agent)).toEqual({ name, version })
      expect(systemOf(agent)).toBe(system)
    })
  }
})

test("a page without WebGPU is told what to switch on, in its own browser's words", () => {
  const told = (name: string, secure = true) => pageAdvice({ name, version: "1" }, secure)
  expect(told("Chrome")).toContain("--enable-unsafe-webgpu")
  expect(told("Firefox")).toContain("about:config")
  expect(told("Safari")).toContain("feature flags")
  expect(told("Chrome", false)).toContain("https or from localhost")
})
