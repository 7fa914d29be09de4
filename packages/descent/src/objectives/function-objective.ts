/**
 * Objectives that are functions: f: Rⁿ → Rᵐ in float64, with whatever is known of its derivative.
 *
 * @module
 */
import {
  type Gramian,
  type Jacobian,
  type JacobianLinearization,
  type Linearization,
  linearizeGramian,
  linearizeJacobian
} from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"

/** A function with a hand-written Jacobian. */
export interface JacobianObjective {
  /** f(x), m values. */
  values(x: Float64Array): ArrayLike<number>
  /** f′(x): m rows of n numbers, or m·n numbers row by row. */
  jacobian(x: Float64Array): readonly ArrayLike<number>[] | Float64Array
}

/** A function of which only vector-Jacobian products are to be had, as from automatic differentiation in reverse. */
export interface PullbackObjective {
  /** f(x), m values. */
  values(x: Float64Array): ArrayLike<number>
  /** f′(x)ᵀ w, n numbers, for m weights. The Jacobian costs m of these, the direction no more. */
  pullback(x: Float64Array, weights: Float64Array): ArrayLike<number>
}

/**
 * A function whose Gramian has a form of its own, cheaper than its Jacobian, which is never formed. Methods that look
 * at coordinates cannot serve it, and do not compile.
 */
export interface GramianObjective extends PullbackObjective {
  /** f′(x) f′(x)ᵀ: m rows of m numbers, or m·m numbers. */
  gramian(x: Float64Array): readonly ArrayLike<number>[] | Float64Array
}

/** A function to descend on. */
export type FunctionObjective = JacobianObjective | PullbackObjective | GramianObjective

/** What an objective can be linearized to. */
export type LinearizationOf<O extends FunctionObjective> = O extends GramianObjective
  ? Linearization<Float64Array>
  : JacobianLinearization<Float64Array>

/**
 * An objective linearized at x: n numbers, which are copied.
 *
 * @throws InputError when the objective returns something of a wrong size, or numbers that are not finite.
 */
export function linearize<O extends FunctionObjective>(objective: O, x: Float64Array): LinearizationOf<O>
export function linearize(objective: FunctionObjective, at: Float64Array): Linearization<Float64Array> {
  const x = at.slice()
  const values = Float64Array.from(objective.values(x))
  if ("jacobian" in objective)
    return linearizeJacobian(jacobianOf(objective.jacobian(x), values.length, x.length), values)
  const pullback = (weights: Float64Array) => {
    const direction = Float64Array.from(objective.pullback(x, weights))
    if (direction.length === x.length) return direction
    const rule = `it must have one entry for each of the ${x.length} parameters`
    throw new InputError({ rule, place: "the pullback of the objective", value: direction.length })
  }
  if ("gramian" in objective) {
    let known: Gramian | undefined
    const gramian = () => {
      known ??= linearizeGramian(gramianOf(objective.gramian(x), values.length)).gramian()
      return known
    }
    return { objectives: values.length, parameters: x.length, values, gramian, pullback }
  }
  return linearizePullback(values, x.length, pullback)
}

/** The linearization whose Jacobian is made of the pullbacks of unit weights, when it is asked for. */
function linearizePullback(
  values: Float64Array,
  parameters: number,
  pullback: (weights: Float64Array) => Float64Array
): JacobianLinearization<Float64Array> {
  const objectives = values.length
  let formed: JacobianLinearization<Float64Array> | undefined
  const form = () => {
    if (formed !== undefined) return formed
    const rows = new Float64Array(objectives * parameters)
    const unit = new Float64Array(objectives)
    for (let i = 0; i < objectives; i++) {
      unit[i] = 1
      rows.set(pullback(unit), i * parameters)
      unit[i] = 0
    }
    formed = linearizeJacobian({ objectives, parameters, values: rows }, values)
    return formed
  }
  return {
    ...{ objectives, parameters, values, pullback },
    gramian: () => form().gramian(),
    jacobian: () => form().jacobian()
  }
}

function jacobianOf(jacobian: readonly ArrayLike<number>[] | Float64Array, m: number, n: number): Jacobian {
  if (jacobian instanceof Float64Array) return { values: jacobian, objectives: m, parameters: n }
  const wrong = jacobian.length !== m ? jacobian.length : undefined
  if (wrong !== undefined) {
    const rule = `the objective has ${m} values`
    throw new InputError({ rule, place: "the number of rows of the Jacobian of the objective", value: wrong })
  }
  const long = jacobian.find((row) => row.length !== n)
  if (long === undefined) return jacobian
  const rule = `there are ${n} parameters`
  throw new InputError({ rule, place: "the length of a row of the Jacobian of the objective", value: long.length })
}

function gramianOf(gramian: readonly ArrayLike<number>[] | Float64Array, m: number) {
  return gramian instanceof Float64Array ? { objectives: m, values: gramian } : gramian
}
