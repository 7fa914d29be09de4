import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { gzipSync } from "node:zlib"
import { root, sourceHashes } from "../../../scripts/source-hash.ts"

const file = (name: string) => readFileSync(new URL(`../module/${name}`, import.meta.url))

describe("the committed module", () => {
  test("was built from the sources in this tree; if not, run `bun run build:wasm`", () => {
    const built = new Set(file("SOURCES.sha256").toString().split("\n"))
    const present = sourceHashes().split("\n")
    const changed = present.filter((line) => !built.has(line)).map((line) => line.slice(66))
    expect(changed).toEqual([])
    expect(built.size).toBe(new Set(present).size)
  })

  describe.each(["dualcone_bg.wasm", "dualcone-threads_bg.wasm"])("%s", (name) => {
    test("is less than 200 KB gzipped", () => {
      // A compiler that has the standard library only as it was built elsewhere keeps the messages of its panics.
      const limit = process.env.DUALCONE_MODULE === "rebuilt" ? 240_000 : 200_000
      expect(gzipSync(file(name), { level: 9 }).length).toBeLessThan(limit)
    })

    test("holds no path of the machine that built it", () => {
      const text = file(name).toString("latin1")
      const places =
        /(?<![\w.-])\/(?:home|root|Users|usr|tmp|opt|builds?|runner)\/[\x20-\x7e]*|[\w.-]*crates\.io[\w-]*/g
      expect(text.match(places)).toBeNull()
      expect(text).not.toContain(root)
      expect(text).not.toContain(`${homedir()}/`)
    })
  })

  test("is two builds of one surface", () => {
    const declared = (name: string) => {
      const classes = /export class (\w+)|^ {4}(?:readonly )?(\w+)\(|export function (\w+)/gm
      const [surface = ""] = file(name).toString().split("export type InitInput")
      return [...surface.matchAll(classes)].map(([, ...names]) => names.find((found) => found !== undefined))
    }
    expect(declared("dualcone-threads.d.ts")).toEqual(declared("dualcone.d.ts"))
  })
})
