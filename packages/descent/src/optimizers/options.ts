/**
 * Checks of the options of optimizers and schedules. Each names the rule, the place and the value seen.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

export { notNegative, objectWith, positive, yesOrNo } from "@dualcone/wasm"

/** Options as they come, from code or from a file: nothing is known of their values. */
export type UncheckedOptions = Readonly<Partial<Record<string, unknown>>>

/** `value` as a number in [0, 1). */
export function belowOne(value: unknown, place: string): number {
  return number(value, place, (x) => x >= 0 && x < 1, "it must be at least 0 and less than 1")
}

/** `value` as a number in [0, 1]. */
export function upToOne(value: unknown, place: string): number {
  return number(value, place, (x) => x >= 0 && x <= 1, "it must lie between 0 and 1")
}

/** `value` as a whole number from 1 on. */
export function positiveInteger(value: unknown, place: string): number {
  return number(value, place, (x) => Number.isSafeInteger(x) && x > 0, "it must be a whole number from 1 on")
}

/** `value` as a pair of numbers in [0, 1). */
export function pairBelowOne(value: unknown, place: string): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new InputError({ rule: "it must be a list of two numbers", place, value })
  }
  const entries: readonly unknown[] = value
  return [belowOne(entries[0], `${place}[0]`), belowOne(entries[1], `${place}[1]`)]
}

function number(value: unknown, place: string, holds: (value: number) => boolean, rule: string): number {
  if (typeof value === "number" && Number.isFinite(value) && holds(value)) return value
  throw new InputError({ rule, place, value })
}
