/**
 * What a run is: everything that decides its bits except how long it lasts.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/** The parts of a run's identity. */
export const runIdentityKeys = [
  "engine",
  "network",
  "objective",
  "aggregator",
  "optimizer",
  "seed",
  "batchSize",
  "data",
  "order"
] as const

/** JSON-shaped; two runs with equal identities go through the same states. */
export type RunIdentity = Readonly<Record<(typeof runIdentityKeys)[number], unknown>>

/**
 * Checks that a checkpoint belongs to a run.
 *
 * @throws {InputError} naming the first part that differs
 */
export function checkSameRun(saved: RunIdentity, wanted: RunIdentity): void {
  for (const key of runIdentityKeys) {
    const before = saved[key]
    const value = wanted[key]
    if (canonical(before) !== canonical(value)) {
      const rule = `the checkpoint was made with ${canonical(before).slice(0, 120)}`
      throw new InputError({ rule, place: `${key} of the run to continue`, value })
    }
  }
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (value === undefined) return "nothing"
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  )
}
