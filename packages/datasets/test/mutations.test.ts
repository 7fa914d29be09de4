/** Damage at random, by a seed: a reader gives something or refuses it, and never throws anything else or hangs. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import {
  decodeJpeg,
  mersenneTwister,
  readIdx,
  readMat,
  readTar,
  readZip,
  readZipEntry,
  writeIdx
} from "../src/index.ts"
import { makeJpeg, makeMat, makeTar, makeZip } from "./archives.ts"

const some = Uint8Array.from({ length: 300 }, (_, i) => i % 7)
const readers: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
  ["IDX", writeIdx({ shape: [3, 10, 10], data: some }), (bytes) => readIdx(bytes)],
  [
    "tar",
    makeTar([
      { path: "some", content: some },
      { path: "folder/", type: "5" }
    ]),
    (bytes) => readTar(bytes)
  ],
  ["MAT", makeMat([{ name: "X", shape: [30, 10], data: some, plain: true }]), (bytes) => readMat(bytes, 1000)],
  ["compressed MAT", makeMat([{ name: "X", shape: [30, 10], data: some }]), (bytes) => readMat(bytes, 1000)],
  [
    "ZIP",
    makeZip([
      { path: "some", content: some },
      { path: "stored", content: some, stored: true }
    ]),
    async (bytes) => {
      for (const entry of readZip(bytes, 1000)) await readZipEntry(entry)
    }
  ],
  [
    "JPEG",
    makeJpeg(16, 16, (row, column) => [16 * row, 16 * column, (row * column) % 256]),
    (bytes) => decodeJpeg(bytes, [16, 16], new Uint8Array(768))
  ]
]

describe("bytes changed at random", () => {
  for (const [format, bytes, read] of readers) {
    test(`in ${format} are read or refused`, async () => {
      const draw = mersenneTwister(1)
      let refused = 0
      for (let round = 0; round < 3000; round++) {
        const changed = bytes.slice()
        for (let i = 0; i < 1 + (round % 4); i++) changed[draw() % changed.length] = draw() % 256
        try {
          await read(changed)
        } catch (error) {
          if (!(error instanceof InputError)) throw error
          refused++
        }
      }
      expect(refused).toBeGreaterThan(0)
    })
  }
})
