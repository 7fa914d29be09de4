/** `bun run playground` builds the page, serves it isolated, and says where. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "../scripts/build.ts"

setDefaultTimeout(30_000)

const main = fileURLToPath(new URL("../scripts/main.ts", import.meta.url))

test("serves the page at the address that it prints", async () => {
  const child = Bun.spawn([process.execPath, main, "--no-open", "--port", "0"], { stdout: "pipe" })
  try {
    const { value } = await child.stdout.getReader().read()
    const [address = ""] = /http:\/\/127\.0\.0\.1:\d+\//.exec(new TextDecoder().decode(value)) ?? []
    const page = await fetch(address)
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin")
    expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp")
    expect(await page.text()).toContain("npx dualcone demo")
    expect((await fetch(`${address}module/dualcone_bg.wasm`)).headers.get("content-type")).toBe("application/wasm")
    expect((await fetch(`${address}../../package.json`)).status).toBe(404)
    expect((await fetch(`${address}%2e%2e/package.json`)).status).toBe(404)
  } finally {
    child.kill()
  }
})

test("a wrong option is refused with what it must be", async () => {
  for (const [args, told] of [
    [["--port", "many"], "--port must be a whole number from 0 to 65535; it is many"],
    [["--prot", "1"], "--prot"]
  ] as const) {
    const child = Bun.spawn([process.execPath, main, ...args], { stderr: "pipe" })
    expect(await new Response(child.stderr).text()).toContain(told)
    expect(await child.exited).toBe(2)
  }
})

test("the documentation comes along where it is named, and is linked only then", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dualcone-build-"))
  try {
    const docs = join(folder, "docs")
    const page = () => readFileSync(join(folder, "page", "index.html"), "utf8")
    await build(join(folder, "page"))
    expect(page()).not.toContain("docs/")
    await build(docs)
    writeFileSync(join(docs, "index.html"), "documentation")
    await build(join(folder, "page"), { docs })
    expect(page()).toContain('href="./docs/"')
    expect(readFileSync(join(folder, "page", "docs", "index.html"), "utf8")).toBe("documentation")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test("every address in the page is relative, and every file that it names is there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dualcone-build-"))
  try {
    await build(folder)
    const page = readFileSync(join(folder, "index.html"), "utf8")
    const addresses = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = ""]) => address)
    for (const address of addresses.filter((each) => !each.startsWith("#"))) {
      expect(address).toStartWith("./")
      expect(existsSync(join(folder, address))).toBe(true)
    }
    const worker = readFileSync(join(folder, "service-worker.js"), "utf8")
    for (const file of ["./module/dualcone_bg.wasm", "./digits/digits.bin", "./app/main.js", "./app/cone.css"]) {
      expect(worker).toContain(file)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
