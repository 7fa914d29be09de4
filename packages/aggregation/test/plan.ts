/** Plans of methods, without the list of methods. */
import { linearizeJacobian } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import type { Method, MethodPlan, Specification } from "../src/method.ts"
import { asWeighting } from "../src/method.ts"
import { nestedIn } from "../src/methods.ts"
import type { Weighed, Weighting } from "../src/weighting.ts"
import type { Rows } from "./samplers.ts"

/** The module that the tests share. */
export const wasm = await loadWasm()

/** Any plan of a method. */
export function planOf<A extends Specification>(
  method: Method<A>,
  specification: A,
  objectives: number,
  parameters = 0
): MethodPlan {
  return method.plan(wasm, specification, { objectives, parameters }, nestedIn(wasm))
}

/** A method that needs no Jacobian, planned as a weighting. */
export function plan<A extends Specification>(method: Method<A>, specification: A, objectives: number): Weighting {
  const weighting = asWeighting(planOf(method, specification, objectives), objectives)
  if (weighting === null) throw new Error(`${method.name} needs the Jacobian`)
  return weighting
}

/** The first call of a method that needs no Jacobian: copied weights, certificate, and the direction Jᵀ w. */
export function weigh<A extends Specification>(
  method: Method<A>,
  specification: A,
  rows: Rows,
  values?: Float64Array
): Weighed & { readonly direction: Float64Array } {
  using weighting = plan(method, specification, rows.length)
  return weighRows(weighting, rows, values)
}

/** The next call of a planned weighting. */
export function weighRows(
  weighting: Weighting,
  rows: Rows,
  values?: Float64Array
): Weighed & { readonly direction: Float64Array } {
  const linearization = linearizeJacobian(rows)
  const { weights, certificate } = weighting.weigh(linearization.gramian(), values)
  return { weights: weights.slice(), certificate, direction: linearization.pullback(weights).slice() }
}
