import { describe, expect, test } from "bun:test"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readTar } from "../src/index.ts"
import { joined, makeTar, type TarEntry } from "./archives.ts"
import { refusal } from "./refusal.ts"
import { acceptedTruncations } from "./truncations.ts"

const some = Uint8Array.of(1, 2, 3)
const block = Uint8Array.from({ length: 512 }, (_, i) => i)

describe("a tar archive", () => {
  test("gives its files, without folders, whatever their length", () => {
    const files = readTar(
      makeTar([
        { path: "folder/", type: "5" },
        { path: "folder/some", content: some },
        { path: "folder/block", content: block },
        { path: "empty", type: "\0" },
        { path: "end", prefix: "long", content: some }
      ])
    )
    expect([...files.keys()]).toEqual(["folder/some", "folder/block", "empty", "long/end"])
    expect(files.get("folder/some")).toEqual(some)
    expect(files.get("folder/block")).toEqual(block)
    expect(files.get("empty")?.length).toBe(0)
  })

  for (const format of ["ustar", "gnu"]) {
    test(`is what the program tar writes as ${format}`, () => {
      if (Bun.which("tar") === null) return console.warn("SKIPPED: there is no program tar here")
      const folder = mkdtempSync(join(tmpdir(), "dualcone-tar-"))
      try {
        writeFileSync(join(folder, "block"), block)
        writeFileSync(join(folder, "some"), some)
        const { stdout } = Bun.spawnSync(["tar", "-c", `--format=${format}`, "-C", folder, "block", "some"])
        const files = readTar(new Uint8Array(stdout))
        expect([...files]).toEqual([
          ["block", block],
          ["some", some]
        ])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  test("is refused at every length before its second block of zeros", async () => {
    const whole = makeTar(
      [
        { path: "some", content: some },
        { path: "block", content: block }
      ],
      2048
    )
    const accepted = await acceptedTruncations(whole, readTar)
    expect(accepted[0]).toBe(whole.length - 1024)
    expect(readTar(whole.subarray(0, accepted[0]))).toEqual(readTar(whole))
  })

  const file = (entry: Partial<TarEntry>) => makeTar([{ path: "some", content: some, ...entry }])
  const damaged = file({})
  damaged[5] = 1
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "that climbs out",
      file({ path: "a/../../some" }),
      'the path of an entry of x.tar is "a/../../some"; it must be relative'
    ],
    ["with an absolute path", file({ path: "/etc/passwd" }), 'the path of an entry of x.tar is "/etc/passwd"'],
    ["with a drive", file({ path: "c:some" }), 'the path of an entry of x.tar is "c:some"'],
    ["with a backslash", file({ path: "..\\some" }), 'the path of an entry of x.tar is "..\\\\some"'],
    ["whose prefix climbs out", file({ prefix: ".." }), 'the path of an entry of x.tar is "../some"'],
    ["without a path", file({ path: "" }), 'the path of an entry of x.tar is ""'],
    [
      "with a symbolic link",
      file({ type: "2" }),
      'the type of the tar header at byte 0 of x.tar is "2"; entries must be'
    ],
    ["with a device", file({ type: "3" }), "the type of the tar header at byte 0"],
    ["with an extended header", file({ type: "x" }), "the type of the tar header at byte 0"],
    [
      "that promises gigabytes",
      file({ size: "77777777777\0" }),
      "the length of x.tar is 2048; the content of some ends at"
    ],
    ["whose size is no number", file({ size: "\x80\0\0\0\0\0\0\0\0\0\0\0" }), "the size of the tar header at byte 0"],
    ["whose header is damaged", damaged, "the checksum of the tar header at byte 0 of x.tar is"],
    ["with two files of one path", makeTar([{ path: "some" }, { path: "some" }]), "the path of an entry of x.tar is"],
    ["of another kind", file({ magic: "other" }), 'the magic of the tar header at byte 0 of x.tar is "other"'],
    ["with something behind its end", joined(damaged.subarray(0, 0), makeTar([]), some), "the end of x.tar is"],
    ["that is empty", new Uint8Array(), "the length of x.tar is 0; two blocks of zeros must end"],
    ["that is a web page", new TextEncoder().encode("<html>".repeat(100)), "the checksum of the tar header at byte 0"]
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readTar(bytes, "x.tar"))).message).toStartWith(told)
    })
  }
})
