/**
 * What one method of aggregation is made of: its paper and properties, its specification as plain data, and its
 * weighting.
 *
 * @module
 */
import type { Wasm } from "@dualcone/wasm"
import type { Gramian } from "./linearization.ts"
import { checkObjectives, checkSize, type Weighting } from "./weighting.ts"

/** One option of a method, for people. */
export interface Parameter {
  readonly name: string
  readonly default: string
  readonly meaning: string
}

/** What is known of a method A, for a Jacobian J and without ridge ("Jacobian Descent", arXiv 2406.16232, section 2). */
export interface Properties {
  /** J A(J) ≥ 0: no row gets worse along −A(J), to first order. */
  readonly nonConflicting: boolean
  /** A(diag(c) J) is linear in c > 0. */
  readonly linearUnderScaling: boolean
  /** A(J) = Jᵀ w for some weights w. */
  readonly weighted: boolean
}

/** A method as people know it. */
export interface MethodFacts {
  readonly name: string
  readonly title: string
  /** Authors, year and where to find it; null for arithmetic. */
  readonly paper: string | null
  /** The weights or the direction, as a formula. */
  readonly formula: string
  readonly parameters: readonly Parameter[]
  readonly properties: Properties
}

/** Plain data that chooses a method and its options. */
export interface Specification {
  readonly name: string
}

/** What a method's file writes down. */
export type MethodDefinition<A extends Specification> = MethodFacts & {
  readonly name: A["name"]
  /** A checked specification, defaults filled in, from data whose `name` is this method's. */
  parse(value: unknown, place: string): A
} & (
    | {
        /** Weights that do not depend on the Gramian. */
        known(specification: A, objectives: number): Float64Array
      }
    | {
        /** Plans the weighting for `objectives` rows. */
        plan(wasm: Wasm, specification: A, objectives: number): Weighting
      }
  )

/**
 * A method with its specification's type closed over. Specifications are plain data and may come from anywhere, so
 * each is parsed again where it is used, once a plan.
 */
export interface Method<A extends Specification = Specification> extends MethodFacts {
  readonly name: A["name"]
  /** @throws InputError that names the wrong key. */
  parse(value: unknown, place: string): A
  /** Weights that need no Gramian, a fresh array; null when the method asks for it. */
  knownWeights(specification: unknown, objectives: number): Float64Array | null
  /** Plans the weighting for `objectives` rows. */
  weighting(wasm: Wasm, specification: unknown, objectives: number): Weighting
}

/** The method that a definition describes. */
export function defineMethod<A extends Specification>(definition: MethodDefinition<A>): Method<A> {
  const { name, title, paper, formula, parameters, properties } = definition
  const parse = (value: unknown, place: string) => definition.parse(value, place)
  const place = "the aggregator"
  return {
    ...{ name, title, paper, formula, parameters, properties },
    parse,
    knownWeights(specification, objectives) {
      checkObjectives(objectives)
      return "known" in definition ? definition.known(parse(specification, place), objectives) : null
    },
    weighting(wasm, specification, objectives) {
      checkObjectives(objectives)
      const parsed = parse(specification, place)
      if ("plan" in definition) return definition.plan(wasm, parsed, objectives)
      return constantWeighting(definition.known(parsed, objectives))
    }
  }
}

/** The weighting that gives the same weights for every Gramian. */
function constantWeighting(weights: Float64Array): Weighting {
  const objectives = weights.length
  return {
    objectives,
    weigh(gramian: Gramian) {
      checkSize(gramian, objectives)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
