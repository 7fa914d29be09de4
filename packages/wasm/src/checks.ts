/**
 * Checks of options that may come from anywhere. Each names the rule, the place and the value seen.
 *
 * @module
 */
import { InputError } from "./errors.ts"

/** `value` as an object that holds no key beside `keys`. The error names the first unknown key. */
export function objectWith(
  value: unknown,
  place: string,
  keys: readonly string[]
): Readonly<Partial<Record<string, unknown>>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError({ rule: "it must be an object", place, value })
  }
  const fields = Object.fromEntries(Object.entries(value))
  for (const [key, held] of Object.entries(fields)) {
    if (!keys.includes(key)) {
      throw new InputError({ rule: `unknown key; known are ${keys.join(", ")}`, place: `${place}.${key}`, value: held })
    }
  }
  return fields
}

/** `value` as a positive finite number. */
export function positive(value: unknown, place: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value
  throw new InputError({ rule: "it must be positive and finite", place, value })
}

/** `value` as a finite number that is not negative. */
export function notNegative(value: unknown, place: string): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value
  throw new InputError({ rule: "it must be at least 0 and finite", place, value })
}

/** `value` as true or false. */
export function yesOrNo(value: unknown, place: string): boolean {
  if (typeof value === "boolean") return value
  throw new InputError({ rule: "it must be true or false", place, value })
}
