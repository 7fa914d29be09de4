/**
 * Reads gzip (RFC 1952) in every runtime, with a limit on the output: a few bytes can inflate to a thousand times
 * their number, and what a file promises is not to be believed before it is read.
 */

import { InputError } from "@dualcone/wasm"

// Deflate expands at most 1032 times and some runtimes inflate a whole slice at once: 33 MB at most.
const SLICE = 32 * 1024

/** Whether the bytes begin like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The inflated bytes.
 *
 * @param limit the most bytes that may come out
 * @throws InputError when the stream is damaged or truncated, or holds more than `limit` bytes.
 */
export async function gunzip(bytes: Uint8Array, name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of inflate(bytes, name)) {
    length += chunk.length
    if (length > limit) {
      throw new InputError({
        place: `the inflated length of ${name}, read so far,`,
        value: length,
        rule: `at most ${limit} bytes are expected`
      })
    }
    chunks.push(chunk)
  }
  return join(chunks, length)
}

/** The first `count` inflated bytes or a few more; fewer where the content ends before. Inflates no further. */
export async function gunzipStart(bytes: Uint8Array, name: string, count: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of inflate(bytes, name)) {
    length += chunk.length
    chunks.push(chunk)
    if (length >= count) break
  }
  return join(chunks, length)
}

async function* inflate(bytes: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
  let position = 0
  const slices = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (position >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(position, position + SLICE))
      position += SLICE
    }
  })
  const reader = slices.pipeThrough(new DecompressionStream("gzip")).getReader()
  const next = async () => {
    try {
      return await reader.read()
    } catch (cause) {
      throw new InputError({ place: name, value: cause, rule: "it must be a whole, undamaged gzip stream" })
    }
  }
  try {
    for (let chunk = await next(); !chunk.done; chunk = await next()) yield chunk.value
  } finally {
    // Frees the stream when the consumer stops early; after an error there is nothing left to free.
    await reader.cancel().catch(() => {})
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}
