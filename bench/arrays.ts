/**
 * Arrays as they travel between processes: base64 of their little-endian bytes.
 *
 * @module
 */

/** The bytes of `array` as base64. */
export function base64(array: Float32Array | Float64Array | Int32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64")
}

/** The bytes behind `text`, in memory of their own. */
function bytes(text: unknown): ArrayBuffer {
  return Uint8Array.from(Buffer.from(String(text), "base64")).buffer
}

/** Float64 numbers from {@link base64}. */
export function float64(text: unknown): Float64Array {
  return new Float64Array(bytes(text))
}

/** Float32 numbers from {@link base64}. */
export function float32(text: unknown): Float32Array<ArrayBuffer> {
  return new Float32Array(bytes(text))
}

/** Integers from {@link base64}. */
export function int32(text: unknown): Int32Array {
  return new Int32Array(bytes(text))
}
