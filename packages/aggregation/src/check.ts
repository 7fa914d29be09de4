/**
 * Checks shared by the parsers of specifications and matrices.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

export { notNegative, objectWith, positive, yesOrNo } from "@dualcone/wasm"

/** `value` as a list of at least one number, each accepted by `accepts`. */
export function numbers(
  value: unknown,
  place: string,
  accepts: (entry: number) => boolean,
  rule: string
): readonly number[] {
  if (!isNumberList(value)) throw new InputError({ rule: "it must be a list of numbers", place, value })
  if (value.length === 0) throw new InputError({ rule: "it must hold at least one number", place, value })
  return Array.from(value, (entry, i) => {
    if (typeof entry === "number" && accepts(entry)) return entry
    throw new InputError({ rule, place: `${place}[${i}]`, value: entry })
  })
}

/** `value` as one of `choices`. */
export function oneOf<const C extends string>(value: unknown, place: string, choices: readonly C[]): C {
  for (const choice of choices) if (choice === value) return choice
  throw new InputError({ rule: `it must be one of ${choices.join(", ")}`, place, value })
}

/** One entry a row: `entries` must have as many as there are objectives. */
export function oneEachRow(entries: ArrayLike<number>, place: string, objectives: number): void {
  if (entries.length === objectives) return
  const rule = `there must be one entry for each of the ${objectives} rows`
  throw new InputError({ rule, place: `the length of ${place}`, value: entries.length })
}

/** A list of anything or an array of floating-point numbers. */
export function isNumberList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array
}

/** `value` as a number from 0 up to, but not including, 1. */
export function share(value: unknown, place: string): number {
  if (typeof value === "number" && value >= 0 && value < 1) return value
  throw new InputError({ rule: "it must be at least 0 and below 1", place, value })
}

/** `value` as an integer of at least `least`. */
export function integer(value: unknown, place: string, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value
  throw new InputError({ rule: `it must be a whole number, at least ${least}`, place, value })
}

/** A preference: positive and finite, one entry a row, which its plan checks; nothing when it is absent. */
export function optionalPreference(value: unknown, place: string): { readonly preference?: readonly number[] } {
  if (value === undefined) return {}
  const rule = "every preference must be positive and finite"
  return { preference: numbers(value, place, (entry) => Number.isFinite(entry) && entry > 0, rule) }
}
