/**
 * The angle between two vectors.
 *
 * @module
 */

/** The cosine of two vectors of one length, in float64; 0 when either is zero. */
export function cosine(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k] ?? 0, b[k] ?? 0]
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  const lengths = Math.sqrt(ofA) * Math.sqrt(ofB)
  return lengths > 0 ? Math.min(1, Math.max(-1, product / lengths)) : 0
}
