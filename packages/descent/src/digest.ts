/**
 * One line that says whether two runs were the same, bit by bit.
 *
 * @module
 */

/**
 * SHA-256, in hexadecimal, over the mean losses of all iterations (float64, little-endian) followed by the final
 * parameters (float32, little-endian) in the order given, which is PyTorch's.
 */
export async function runDigest(losses: Float64Array, parameters: ReadonlyMap<string, Float32Array>): Promise<string> {
  let bytes = losses.length * 8
  for (const values of parameters.values()) bytes += values.length * 4
  const view = new DataView(new ArrayBuffer(bytes))
  let at = 0
  for (const loss of losses) {
    view.setFloat64(at, loss, true)
    at += 8
  }
  for (const values of parameters.values()) {
    for (const value of values) {
      view.setFloat32(at, value, true)
      at += 4
    }
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", view.buffer))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
