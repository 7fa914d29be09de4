/**
 * Checks of the options of optimizers and schedules. Each names the rule, the place and the value seen.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/** Options as they come, from code or from a file: nothing is known of their values. */
export type UncheckedOptions = Readonly<Partial<Record<string, unknown>>>

/**
 * `value` as an object that holds no key beside `keys`.
 *
 * @throws {InputError} for anything else, naming the first unknown key
 */
export function optionsOf(value: unknown, place: string, keys: readonly string[]): UncheckedOptions {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError({ rule: "it must be an object", place, value })
  }
  const options = Object.fromEntries(Object.entries(value))
  for (const [key, held] of Object.entries(options)) {
    if (!keys.includes(key)) {
      throw new InputError({ rule: `unknown key; known are ${keys.join(", ")}`, place: `${place}.${key}`, value: held })
    }
  }
  return options
}

/** `value` as a positive finite number. */
export function positive(value: unknown, place: string): number {
  return number(value, place, (x) => x > 0, "it must be positive and finite")
}

/** `value` as a finite number from 0 on. */
export function notNegative(value: unknown, place: string): number {
  return number(value, place, (x) => x >= 0, "it must be at least 0 and finite")
}

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

/** `value` as a truth value. */
export function truth(value: unknown, place: string): boolean {
  if (typeof value === "boolean") return value
  throw new InputError({ rule: "it must be true or false", place, value })
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
