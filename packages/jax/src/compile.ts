/**
 * Losses of flat lists of arrays, compiled: forward, one backward pass for a sum, and the Jacobian.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { type Array as JaxArray, jit, numpy, valueAndGrad, vjp, vmap } from "@jax-js/jax"

/** A function of the leaves of the parameters and of the inputs. As in jax-js, it uses them up. */
export type Flat = (parameters: JaxArray[], inputs: JaxArray[]) => JaxArray

/** Compiled functions; each uses its arguments up. */
export interface Compiled extends Disposable {
  /** f(x), [m]. */
  values(parameters: JaxArray[], inputs: JaxArray[]): JaxArray
  /** f(x) and Jᵀ w, leaf by leaf, for weights [m]. */
  combined(parameters: JaxArray[], inputs: JaxArray[], weights: JaxArray): readonly [JaxArray, readonly JaxArray[]]
  /** f(x) and J, leaf by leaf with a leading axis of m. */
  rows(parameters: JaxArray[], inputs: JaxArray[]): readonly [JaxArray, readonly JaxArray[]]
}

/** For the loss of one example, a scalar; inputs have a leading axis of examples. J = vmap(grad(loss)). */
export function compileExamples(loss: Flat): Compiled {
  const scalar: Flat = (parameters, inputs) => checked(loss(parameters, inputs), 0, "the loss of an example")
  return compiled(vmap(scalar, [null, 0]), vmap(valueAndGrad(scalar), [null, 0]))
}

/** For m losses at once. J = vmap(vjp) of the unit vectors. */
export function compileVector(losses: Flat): Compiled {
  const vector: Flat = (parameters, inputs) => checked(losses(parameters, inputs), 1, "the losses")
  return compiled(vector, (parameters, inputs) => {
    const [values, pullback] = vjp((at: JaxArray[]) => vector(at, inputs), [parameters])
    const [rows] = vmap((weights: JaxArray) => pullback(weights))(numpy.eye(values.shape[0] ?? 0))
    pullback.dispose()
    return [values, rows]
  })
}

function compiled(
  losses: Flat,
  rows: (parameters: JaxArray[], inputs: JaxArray[]) => [JaxArray, JaxArray[]]
): Compiled {
  const weighted = (parameters: JaxArray[], inputs: JaxArray[], weights: JaxArray): [JaxArray, JaxArray] => {
    const values = losses(parameters, inputs)
    const [m = 0] = values.shape
    if (weights.shape[0] !== m) {
      const rule = `there must be one for each of the ${m} losses`
      throw new InputError({ rule, place: "the number of weights", value: weights.shape[0] })
    }
    return [values.ref.mul(weights).sum(), values]
  }
  const compiledValues = jit(losses)
  const compiledRows = jit(rows)
  const compiledSum = jit(valueAndGrad(weighted, { hasAux: true }))
  return {
    values: compiledValues,
    rows: compiledRows,
    combined(parameters, inputs, weights) {
      const [[sum, values], gradient] = compiledSum(parameters, inputs, weights)
      sum.dispose()
      return [values, gradient]
    },
    [Symbol.dispose]() {
      for (const compiledFunction of [compiledValues, compiledRows, compiledSum]) compiledFunction.dispose()
    }
  }
}

/** What a loss returned, with so many axes. */
function checked(made: JaxArray, axes: 0 | 1, place: string): JaxArray {
  const { shape } = made
  if (shape.length === axes && String(made.dtype) === "float32") return made
  if (shape.length === axes) {
    throw new InputError({ rule: "it must be float32; cast it", place: `the dtype of ${place}`, value: made.dtype })
  }
  const rule = axes === 0 ? "it must be [], a scalar; take its sum or mean" : "it must be [m], one loss an objective"
  throw new InputError({ rule, place: `the shape of ${place}`, value: shape })
}
