/**
 * Inflates in every runtime, with a limit on the output: a few bytes can inflate to a thousand times their number, and
 * what a file promises is not to be believed before it is read.
 */

import { InputError } from "@dualcone/wasm"

/** gzip (RFC 1952), zlib (RFC 1950), and deflate alone (RFC 1951), under the names of `DecompressionStream`. */
export type Compression = "gzip" | "deflate" | "deflate-raw"

const FORMATS = { gzip: "gzip", deflate: "zlib", "deflate-raw": "deflate" } as const

// Deflate expands at most 1032 times and some runtimes inflate a whole slice at once: 33 MB at most.
const SLICE = 32 * 1024

/**
 * The inflated bytes.
 *
 * @param name names the stream in errors
 * @param limit the most bytes that may come out
 * @throws InputError when the stream is damaged or truncated, or holds more than `limit` bytes.
 */
export async function inflate(
  bytes: Uint8Array,
  compression: Compression,
  name: string,
  limit: number
): Promise<Uint8Array<ArrayBuffer>> {
  let room = new Uint8Array(Math.min(limit, 4 * bytes.length + 64))
  let length = 0
  for await (const chunk of chunks(bytes, compression, name)) {
    const next = length + chunk.length
    if (next > limit) {
      throw new InputError({
        place: `the inflated length of ${name}, read so far,`,
        value: next,
        rule: `at most ${limit} bytes are expected`
      })
    }
    if (next > room.length) {
      const larger = new Uint8Array(Math.min(limit, Math.max(next, 2 * room.length)))
      larger.set(room.subarray(0, length))
      room = larger
    }
    room.set(chunk, length)
    length = next
  }
  return room.subarray(0, length)
}

/** The first `count` inflated bytes; fewer where the content ends before. Inflates no further. */
export async function inflateStart(
  bytes: Uint8Array,
  compression: Compression,
  name: string,
  count: number
): Promise<Uint8Array<ArrayBuffer>> {
  const start: number[] = []
  for await (const chunk of chunks(bytes, compression, name)) {
    for (const byte of chunk.subarray(0, count - start.length)) start.push(byte)
    if (start.length >= count) break
  }
  return Uint8Array.from(start)
}

async function* chunks(bytes: Uint8Array, compression: Compression, name: string): AsyncGenerator<Uint8Array> {
  let position = 0
  const slices = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (position >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(position, position + SLICE))
      position += SLICE
    }
  })
  const reader = slices.pipeThrough(new DecompressionStream(compression)).getReader()
  const next = async () => {
    try {
      return await reader.read()
    } catch (cause) {
      const rule = `it must be a whole, undamaged ${FORMATS[compression]} stream`
      throw new InputError({ place: name, value: cause, rule })
    }
  }
  try {
    for (let chunk = await next(); !chunk.done; chunk = await next()) yield chunk.value
  } finally {
    // Frees the stream when the consumer stops early; after an error there is nothing left to free.
    await reader.cancel().catch(() => {})
  }
}
