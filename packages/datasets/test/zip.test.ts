import { describe, expect, test } from "bun:test"
import { readZip, readZipEntry } from "../src/index.ts"
import { makeZip, type ZipFile } from "./archives.ts"
import { refusal } from "./refusal.ts"
import { acceptedTruncations } from "./truncations.ts"

const text = new TextEncoder().encode("a text that is a text that is a text")
const zeros = new Uint8Array(5000)

const readAll = async (bytes: Uint8Array) => {
  const contents: [string, Uint8Array][] = []
  for (const entry of readZip(bytes, 5000, "x.zip")) contents.push([entry.path, await readZipEntry(entry, "x.zip")])
  return contents
}

describe("a ZIP archive", () => {
  const files = [
    { path: "folder/", content: new Uint8Array(), stored: true },
    { path: "folder/text", content: text },
    { path: "stored", content: text, stored: true },
    { path: "zeros", content: zeros },
    { path: "empty", content: new Uint8Array(), stored: true }
  ]

  test("gives its files, deflated and stored, without folders", async () => {
    expect(await readAll(makeZip(files))).toEqual([
      ["folder/text", text],
      ["stored", text],
      ["zeros", zeros],
      ["empty", new Uint8Array()]
    ])
  })

  test("may have a comment, in which the end of a directory may stand", async () => {
    expect((await readAll(makeZip(files, `PK\u0005\u0006${"x".repeat(300)}`))).length).toBe(4)
  })

  test("is refused at every length", async () => {
    expect(await acceptedTruncations(makeZip(files), readAll)).toEqual([])
    expect(await acceptedTruncations(makeZip(files, "a comment"), readAll)).toEqual([])
  })

  const one = (file: Partial<ZipFile>) => makeZip([{ path: "text", content: text, ...file }])
  /** The archive with one little-endian number of 16 bits changed, counted from the end. */
  const changed = (fromEnd: number, value: number, archive = one({})) => {
    new DataView(archive.buffer).setUint16(archive.length - fromEnd, value, true)
    return archive
  }
  const flipped = (archive: Uint8Array, at: number) => archive.map((byte, i) => (i === at ? byte ^ 1 : byte))
  const hostile: readonly (readonly [string, Uint8Array, string])[] = [
    [
      "that climbs out",
      one({ path: "../text" }),
      'the path of an entry of x.zip is "../text"; it must be relative and stay'
    ],
    ["with an absolute path", one({ path: "/text" }), 'the path of an entry of x.zip is "/text"'],
    ["with a path of Windows", one({ path: "a\\..\\text" }), "the path of an entry of x.zip is"],
    ["with a zero in a path", one({ path: "text\0.jpg" }), "the path of an entry of x.zip is"],
    ["of more than it may hold", one({ size: 5001 }), "the size of entry 0 of x.zip is 5001; at most 5000 bytes"],
    [
      "that holds more than it says",
      one({ content: zeros, size: 20 }),
      "the inflated length of text in x.zip, read so far,"
    ],
    ["that holds less than it says", one({ size: 37 }), "the length of text in x.zip is 36; it must be 37"],
    ["with another checksum", one({ checksum: 1 }), "the CRC-32 of text in x.zip is"],
    [
      "whose stored size is wrong",
      one({ stored: true, size: 7 }),
      "the size of entry 0 of x.zip is 7; 36 bytes are stored"
    ],
    ["that is encrypted", one({ flags: 1 }), "the flags of entry 0 of x.zip is 1; it must not be encrypted"],
    ["compressed otherwise", one({ method: 12 }), "the method of entry 0 of x.zip is 12; it must be 0"],
    [
      "whose entries overlap",
      makeZip([
        { path: "one", content: zeros },
        { path: "two", content: zeros, sameAs: "one" }
      ]),
      "the offset of two in x.zip is 0; one ends at byte"
    ],
    ["with a path twice", makeZip([1, 2].map(() => ({ path: "text", content: text }))), "the path of entry 1 of x.zip"],
    ["with fewer entries than it says", changed(14, 2, changed(12, 2)), "the number of entries of x.zip is 1"],
    ["with more entries than it says", changed(14, 0, changed(12, 0)), "the end of the directory of x.zip is"],
    ["in parts", changed(18, 1), 'x.zip is "in parts or ZIP64"'],
    ["whose directory begins elsewhere", changed(6, 1), "the start of the directory of x.zip is 1"],
    ["whose local header is damaged", flipped(one({}), 0), "the local header of entry 0 of x.zip is"],
    ["whose content is damaged", flipped(one({ stored: true }), 40), "the CRC-32 of text in x.zip is"],
    ["whose directory is damaged", flipped(one({}), one({}).length - 22 - 50), "the number of entries of x.zip is 0"],
    ["that is empty", new Uint8Array(), 'x.zip is "0 bytes without the end of a directory"; it must be a whole ZIP'],
    ["that is a web page", new TextEncoder().encode("<html>".repeat(99)), "x.zip is"]
  ]
  for (const [what, bytes, told] of hostile) {
    test(`${what} is refused`, async () => {
      expect((await refusal(() => readAll(bytes))).message).toStartWith(told)
    })
  }
})
