/**
 * The last check of methods whose arithmetic can leave the range of float64.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/** These weights, every one finite. @throws InputError that names the first that is not. */
export function finiteWeights(weights: Float64Array, method: string): Float64Array {
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight))
  if (wrong < 0) return weights
  const rule = "it must be finite; losses or gradients this far apart have no weights in float64"
  throw new InputError({ rule, place: `weight ${wrong} of ${method}`, value: weights[wrong] })
}
