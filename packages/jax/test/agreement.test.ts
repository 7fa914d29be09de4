/** The gradients of jax-js and those of the CPU engine lead to one direction, in Bun and in Deno. */
import { expect, test } from "bun:test"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { denoCommand } from "../../dualcone/test/deno.ts"

const deno = await denoCommand("jax-js's directions were")
const script = join(import.meta.dirname, "agreement.ts")
const runtimes: readonly (readonly [string, readonly [string, ...string[]]])[] = [
  ["Bun", [process.execPath, script]],
  ...(deno === undefined ? [] : [["Deno", [deno, "run", "--allow-all", script]] as const])
]

for (const [runtime, [command, ...args]] of runtimes) {
  test(`in ${runtime}: the engine's losses and direction to 1e-4, and no reference left`, () => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 100_000 })
    expect(stderr).toBe("")
    expect(status).toBe(0)
    const found: Readonly<Record<string, Readonly<Record<string, number>>>> = JSON.parse(stdout)
    expect(Object.keys(found)).toEqual([
      "SVHN by example",
      "SVHN as a vector",
      "perceptron by example",
      "perceptron as a vector"
    ])
    for (const [name, { losses, direction, references }] of Object.entries(found)) {
      expect(losses, name).toBeLessThan(1e-5)
      expect(direction, name).toBeLessThan(1e-4)
      expect(references, name).toBe(1)
    }
  })
}
