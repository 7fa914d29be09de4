/**
 * The vectors of a scalarization: weights, an ideal point and the losses, one entry an objective.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { numbers, oneEachRow } from "../check.ts"

/** Weights: finite, not negative and not all zero; nothing when they are absent. */
export function optionalWeights(value: unknown, place: string): { readonly weights?: readonly number[] } {
  if (value === undefined) return {}
  const accepts = (entry: number) => Number.isFinite(entry) && entry >= 0
  const weights = numbers(value, place, accepts, "every weight must be finite and at least 0")
  if (weights.some((entry) => entry > 0)) return { weights }
  throw new InputError({ rule: "one of them must be positive", place, value })
}

/** An ideal point: finite; nothing when it is absent. */
export function optionalReference(value: unknown, place: string): { readonly reference?: readonly number[] } {
  if (value === undefined) return {}
  return { reference: numbers(value, place, Number.isFinite, "every entry must be finite") }
}

/** Entries that were given, one an objective, or `absent` for each. */
export function oneEach(
  entries: readonly number[] | undefined,
  place: string,
  objectives: number,
  absent: number
): Float64Array {
  if (entries === undefined) return new Float64Array(objectives).fill(absent)
  oneEachRow(entries, place, objectives)
  return Float64Array.from(entries)
}

/** Writes λ_i (L_i − z_i). @throws InputError where it is beyond float64. */
export function writeWeighted(
  into: Float64Array,
  losses: Float64Array,
  scale: Float64Array,
  ideal: Float64Array
): void {
  for (let i = 0; i < into.length; i++) {
    const excess = (scale[i] ?? 0) * ((losses[i] ?? 0) - (ideal[i] ?? 0))
    if (!Number.isFinite(excess)) {
      const rule = "its weighted distance from the reference must be within float64"
      throw new InputError({ rule, place: `value ${i} of the objectives`, value: losses[i] })
    }
    into[i] = excess
  }
}

/** √Σ v_i², over the whole range of float64. */
export function norm(vector: Float64Array): number {
  const largest = vector.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
  if (largest === 0) return 0
  let sum = 0
  for (const entry of vector) sum += (entry / largest) * (entry / largest)
  return largest * Math.sqrt(sum)
}

/** Writes v / ‖v‖, zero where v is, maybe over v itself; returns ‖v‖. */
export function writeUnit(into: Float64Array, vector: Float64Array): number {
  const largest = vector.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
  for (let i = 0; i < into.length; i++) into[i] = largest === 0 ? 0 : (vector[i] ?? 0) / largest
  const length = norm(into)
  for (let i = 0; i < into.length; i++) into[i] = length === 0 ? 0 : (into[i] ?? 0) / length
  return largest * length
}

/** Σ a_i b_i. */
export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
