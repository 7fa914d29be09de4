/**
 * How much the auxiliary objectives count beside the main one: one number for all of them, or one for each.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { isNumberList, notNegative, numbers } from "../check.ts"
import type { Parameter } from "../method.ts"

/** λ: not negative, for every auxiliary objective alike, or one for each in falling priority. */
export type Lambda = number | readonly number[]

/** What `--list` says about λ. */
export const lambdaParameter: Parameter = {
  name: "lambda",
  type: "numbers",
  default: "0.1",
  meaning: "how much the auxiliary objectives count: one number, or one for each"
}

/** λ from data; .1, that of the released code of Bloop, when it is absent. A list of one number is that number. */
export function parseLambda(value: unknown, place: string): Lambda {
  if (value === undefined) return 0.1
  if (!isNumberList(value)) return notNegative(value, place)
  const accepts = (entry: number) => Number.isFinite(entry) && entry >= 0
  const list = numbers(value, place, accepts, "it must be at least 0 and finite")
  const [first = 0, ...others] = list
  return others.length === 0 ? first : list
}

/** λ_1 … λ_{m−1}, of the rows after the main one. @throws InputError for a list of another length. */
export function lambdasOf(lambda: Lambda, objectives: number): Float64Array {
  const auxiliaries = objectives - 1
  if (typeof lambda === "number") return new Float64Array(auxiliaries).fill(lambda)
  if (lambda.length === auxiliaries) return Float64Array.from(lambda)
  const rule = `there must be one for each of the ${auxiliaries} rows after the main one`
  throw new InputError({ rule, place: "the length of lambda", value: lambda.length })
}
