/**
 * Projection onto the probability simplex {w : w ≥ 0, 1ᵀw = 1}.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/**
 * Replaces a point y by the nearest point of the simplex: w_i = max(0, y_i − θ) with the θ that makes them sum to one,
 * found by sorting (Held, Wolfe and Crowder, "Validation of subgradient optimization", Mathematical Programming 6,
 * 1974). `sorted` is scratch memory of the same length.
 *
 * θ is sought below the largest entry, so that large entries do not swallow the one.
 *
 * @throws InputError when an entry is not finite; `place` names the point.
 */
export function projectOntoSimplex(point: Float64Array, sorted: Float64Array, place: string): void {
  const wrong = point.findIndex((entry) => !Number.isFinite(entry))
  if (wrong >= 0) {
    throw new InputError({ rule: "it must stay finite", place: `entry ${wrong} of ${place}`, value: point[wrong] })
  }
  sorted.set(point)
  sorted.sort()
  const last = sorted.length - 1
  const largest = sorted[last] ?? 0
  let sum = 0
  let theta = -1
  for (let k = 0; k <= last; k++) {
    const entry = (sorted[last - k] ?? 0) - largest
    // Entries enter from the largest on, as long as they exceed the θ of those before them.
    if (entry <= theta) break
    sum += entry
    theta = (sum - 1) / (k + 1)
  }
  for (let i = 0; i <= last; i++) point[i] = Math.max(0, (point[i] ?? 0) - largest - theta)
}
