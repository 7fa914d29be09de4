/** The compiler keeps methods apart by what they ask for: `types.test-d.ts` lists what it must refuse. */
import { expect, test } from "bun:test"

const root = new URL("../../../", import.meta.url).pathname
const project = new URL("./tsconfig.types.json", import.meta.url).pathname

test("the compiler refuses every line that it should, and no other", async () => {
  const compiler = Bun.spawn([process.execPath, "x", "tsc", "-p", project], {
    cwd: root,
    stdout: "pipe",
    stderr: "ignore"
  })
  const found = await new Response(compiler.stdout).text()
  expect(found.split("\n").filter((line) => line.includes("types.test-d.ts"))).toEqual([])
}, 60_000)
