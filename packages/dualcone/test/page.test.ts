/** The library in a page of headless Chromium; what a page can do wrong is noticed. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { bundled, chromiumPath, visit, visitSite } from "@dualcone/chromium"

const chromium = chromiumPath()
if (chromium === undefined && process.env.CI === "true")
  throw new Error("Chromium is not installed, and CI must run it")
if (chromium === undefined) console.warn("\nSKIPPED: the tests in a page. Chromium is not installed.\n")

setDefaultTimeout(60_000)

const root = new URL("../../../", import.meta.url)
const example = new URL("examples/page/", root)

/** A page with a script. */
const site = (script: string) => ({
  start: "/",
  files: {
    "/": {
      type: "text/html",
      content: `<!doctype html><link rel="icon" href="data:,"><body></body><script>${script}</script>`
    }
  }
})
const options = { webgpu: false, limit: 30 }

describe.skipIf(chromium === undefined)("the example page", () => {
  test("diagnoses, trains, and lowers the loss, on a bundle that is told where its files are", async () => {
    const server = spawn(process.execPath, [fileURLToPath(new URL("serve.ts", example))], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    try {
      const [address] = await Array.fromAsync(first(createInterface({ input: server.stdout })))
      if (address === undefined) throw new Error("the server says no address")
      const text = await visit(address, options, async (page) => {
        await page.getByText("step 20:").waitFor()
        return (await page.locator("pre").textContent()) ?? ""
      })
      const [engines, ...steps] = text.trim().split("\n")
      expect(engines).toMatch(/^Chrome \d+\.[\d.]+, engines: cpu$/)
      const losses = steps.map((line) => Number(/mean loss ([\d.]+)$/.exec(line)?.[1]))
      expect(losses).toHaveLength(20)
      expect(losses[0]).toBeCloseTo(Math.log(10), 0)
      expect(losses[19]).toBeLessThan((losses[0] ?? 0) / 2)
    } finally {
      server.kill()
    }
  })
})

test("the bundle for browsers imports no module of Node, which some bundlers refuse", async () => {
  const bundle = await bundled(new URL("packages/dualcone/src/index.ts", root))
  expect("content" in bundle ? bundle.content : "").toMatch(/dualcone_bg\.wasm/)
  expect("content" in bundle ? bundle.content : "").not.toMatch(/(?:\bfrom|\bimport)\s*\(?\s*"node:/)
})

test("the README shows the example page", () => {
  const page = readFileSync(new URL("main.ts", example), "utf8")
  expect(readFileSync(new URL("README.md", root), "utf8")).toContain(`\`\`\`ts page\n${page}\`\`\`\n`)
})

describe.skipIf(chromium === undefined)("a visit ends with an error when the page", () => {
  const wrongs = [
    ["throws", "throw new Error('thrown here')", "thrown here"],
    ["leaves a rejection alone", "Promise.reject(new Error('rejected here'))", "rejected here"],
    ["reports an error", "console.error('reported here')", "reported here"],
    ["asks for a file that is not there", "fetch('/nothing')", "404"],
    [
      "is not done in time",
      "console.log('working')",
      'not done after 1 s; the last that the page printed was "working"'
    ]
  ] as const
  for (const [name, script, told] of wrongs) {
    test(name, async () => {
      // Bun's `rejects` would wait without letting Chromium's pipes be read.
      const visited = visitSite(site(script), { ...options, limit: name === "is not done in time" ? 1 : 30 }, (page) =>
        page.locator("#never").waitFor()
      )
      const error: unknown = await visited.catch((cause: unknown) => cause)
      expect(String(error)).toContain(told)
    })
  }
})

/** The first line. */
async function* first(lines: AsyncIterable<string>) {
  for await (const line of lines) {
    yield line
    return
  }
}
