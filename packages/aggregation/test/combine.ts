/** Calls of planned combinations, the methods that need the Jacobian. */
import { linearizeJacobian } from "@dualcone/aggregation"
import type { Combination } from "../src/combination.ts"
import type { Method, Specification } from "../src/method.ts"
import { planOf } from "./plan.ts"
import type { Rows } from "./samplers.ts"

/** A method that needs the Jacobian, planned. */
export function planCombination<A extends Specification>(
  method: Method<A>,
  specification: A,
  objectives: number,
  parameters: number
): Combination {
  const plan = planOf(method, specification, objectives, parameters)
  if (plan.asks !== "jacobian") throw new Error(`${method.name} needs no Jacobian`)
  return plan.combination
}

/** The direction of the next call of a planned combination. */
export function combineRows(combination: Combination, rows: Rows, values?: readonly number[]): Float64Array {
  const into = new Float64Array(combination.parameters)
  combination.combine(linearizeJacobian(rows, values), into)
  return into
}
