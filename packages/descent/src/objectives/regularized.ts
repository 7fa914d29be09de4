/**
 * The mean loss of a batch with regularizers beside it, linearized: a row for the loss, and one for each regularizer.
 *
 * @module
 */
import { type JacobianLinearization, writeGramian, writePullback } from "@dualcone/aggregation"
import type { LinearizeOptions, NetworkEngine } from "@dualcone/network"
import type { RealFunctions } from "@dualcone/wasm"
import { planRegularizer } from "../regularizers/regularizer.ts"
import type { Regularized } from "./network-objective.ts"

/** Linearizes the batch that is written to the engine. */
export type LinearizeRegularized = (
  run: Required<Pick<LinearizeOptions, "examples">> & LinearizeOptions
) => JacobianLinearization<Float32Array>

/**
 * Plans it for an engine whose rows are examples. Of the loss it takes one gradient, that of its mean over the batch, and
 * no gradient of an example; the rows are kept in float32 like all gradients, and their products are taken in float64.
 *
 * Rows, direction and Gramian are planned once: each linearization overwrites those of the one before.
 *
 * @throws InputError for a regularizer that is not for this network
 */
export function planRegularized(
  engine: NetworkEngine,
  { regularizers }: Regularized,
  functions: RealFunctions
): LinearizeRegularized {
  const planned = regularizers.map((regularizer) => planRegularizer(regularizer, engine, functions))
  const objectives = 1 + planned.length
  const length = engine.parameters.length
  const size = { objectives, parameters: length }
  const rows = new Float32Array(objectives * length)
  const values = new Float64Array(objectives)
  const products = new Float64Array(objectives * objectives)
  const sums = new Float64Array(length)
  const direction = new Float32Array(length)

  return (run) => {
    const shares = new Float64Array(run.examples).fill(1 / run.examples)
    const loss = engine.gradient(shares, run)
    rows.set(loss.direction)
    values[0] = loss.values.reduce((sum, value) => sum + value, 0) / run.examples
    planned.forEach((write, k) => {
      values[k + 1] = write(rows.subarray((k + 1) * length, (k + 2) * length))
    })
    let known = false
    return {
      objectives,
      parameters: engine.plan.parameterCount,
      values,
      gramian() {
        if (!known) writeGramian(products, rows, size)
        known = true
        return { objectives, values: products }
      },
      pullback(weights) {
        writePullback(sums, rows, weights, size)
        direction.set(sums)
        return direction
      },
      jacobian: () => rows
    }
  }
}
