/**
 * Refusals of the WebAssembly module as errors of this package.
 *
 * @module
 */
import { InputError } from "./errors.ts"

/** Numbers that JSON cannot hold, as the module spells them. */
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY]
])

/**
 * Runs a call into the module. The module refuses bad input with an `Error` whose message is the JSON object
 * `{ rule, place, value }`; it leaves here as an {@link InputError}, every other error as it is.
 */
export function refusing<A>(call: () => A): A {
  try {
    return call()
  } catch (error) {
    throw inputErrorOf(error)
  }
}

/** The {@link InputError} that an error thrown by the module stands for, or the error itself. */
export function inputErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.startsWith("{")) return error
  let refusal: unknown
  try {
    refusal = JSON.parse(error.message)
  } catch {
    return error
  }
  if (typeof refusal !== "object" || refusal === null) return error
  if (!("rule" in refusal) || !("place" in refusal) || !("value" in refusal)) return error
  const { rule, place, value } = refusal
  if (typeof rule !== "string" || typeof place !== "string") return error
  return new InputError({ rule, place, value: NOT_FINITE.get(value) ?? value })
}
