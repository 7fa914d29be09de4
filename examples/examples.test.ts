import { describe, expect, test } from "bun:test"
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"

const folder = import.meta.dirname
const examples = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
const deno = join(folder, "..", "node_modules", ".bin", "deno")

function outputOf(command: string, ...args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

describe("examples", () => {
  test("there are some", () => expect(examples).not.toEqual([]))

  for (const example of examples) {
    test(`${example} prints the same in Bun and in Deno`, () => {
      const printed = outputOf(process.execPath, example)
      expect(printed).not.toBe("")
      if (existsSync(deno)) expect(outputOf(deno, "run", "--allow-all", example)).toBe(printed)
      else {
        console.warn(`Deno is missing: ${example} ran in Bun only`)
        expect(process.env.CI, "CI needs Deno").not.toBe("true")
      }
    })
  }
})
