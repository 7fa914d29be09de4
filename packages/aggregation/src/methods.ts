/**
 * All methods of aggregation.
 *
 * To add one, write its file beside the others: a doc comment with paper, formula and properties, the interface of
 * its specification (`name` and options, JSON-shaped), the function that makes one, and a {@link Method} made by
 * `defineMethod` with either `known` (weights that ask for no Gramian) or `plan` (a weighting, whose state is planned
 * once for m objectives). Then add it to the list below and export its file from `index.ts`; parsing, the
 * {@link Aggregator} type, the command line and the bad-input tests read the list.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import { constantMethod } from "./constant.ts"
import { dualprojMethod } from "./dualproj.ts"
import { meanMethod } from "./mean.ts"
import type { Method } from "./method.ts"
import { sumMethod } from "./sum.ts"
import { upgradMethod } from "./upgrad.ts"
import type { Weighting } from "./weighting.ts"

/** Every method, in the order of `--list`. */
export const methods = [
  upgradMethod,
  dualprojMethod,
  meanMethod,
  sumMethod,
  constantMethod
] as const satisfies readonly Method[]

/** The specification of a method, as plain data; `name` tells which. */
export type Aggregator = ReturnType<(typeof methods)[number]["parse"]>

/**
 * A checked aggregator, defaults filled in, from data such as a configuration file: an object with the method's
 * `name` and options, or the name alone.
 *
 * @throws InputError for an unknown method, and for an unknown or wrong key, which it names below `place`.
 */
export function parseAggregator(value: unknown, place = "aggregator"): Aggregator {
  const specification = typeof value === "string" ? { name: value } : value
  return methodOf(specification, place).parse(specification, place)
}

/**
 * Plans a method for `objectives` rows, up to 4096. Solves take a Gramian in place, without a copy, where its values
 * already live in the module's memory.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function weighting(wasm: Wasm, aggregator: Aggregator, objectives: number): Weighting {
  return methodOf(aggregator, "the aggregator").weighting(wasm, aggregator, objectives)
}

/**
 * The weights of a method that needs no Gramian (mean, sum, constant), so that one forward and one backward are
 * enough; null for all others.
 */
export function knownWeights(aggregator: Aggregator, objectives: number): Float64Array | null {
  return methodOf(aggregator, "the aggregator").knownWeights(aggregator, objectives)
}

function methodOf(specification: unknown, place: string): (typeof methods)[number] {
  if (typeof specification !== "object" || specification === null || !("name" in specification)) {
    throw new InputError({ rule: "it must be an object with the name of a method", place, value: specification })
  }
  const { name } = specification
  const method = methods.find((candidate) => candidate.name === name)
  if (method !== undefined) return method
  const rule = `it must be one of ${methods.map((known) => known.name).join(", ")}`
  throw new InputError({ rule, place: `${place}.name`, value: name })
}
