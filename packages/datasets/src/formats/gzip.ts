/**
 * gzip (RFC 1952), which its first bytes tell.
 */

import { inflate, inflateStart } from "./inflate.ts"

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
export function gunzip(bytes: Uint8Array, name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  return inflate(bytes, "gzip", name, limit)
}

/** The first `count` inflated bytes; fewer where the content ends before. Inflates no further. */
export function gunzipStart(bytes: Uint8Array, name: string, count: number): Promise<Uint8Array<ArrayBuffer>> {
  return inflateStart(bytes, "gzip", name, count)
}
