/**
 * All methods of aggregation.
 *
 * To add one, write its file beside the others: a doc comment with paper, formula and properties, the interface of
 * its specification (`name` and options, JSON-shaped), the function that makes one, and a {@link Method} made by
 * `defineMethod` with `known` (weights that ask for nothing), `scalarize` (weights from the values of the objectives),
 * `plan` (a weighting: from the Gramian), `combine` (from the Jacobian) or `planAny` (its options decide), whose state is
 * planned once. Then add it to a list below and to the types in `aggregator.ts`, and export its file from `index.ts`;
 * parsing, the command line and the tests of properties, state and hostile input read the list.
 *
 * @module
 */
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Aggregator, GramianAggregator, JacobianAggregator } from "./aggregator.ts"
import type { Size } from "./combination.ts"
import {
  asWeighting,
  type Method,
  type MethodPlan,
  type Nested,
  type NestedParser,
  type Specification
} from "./method.ts"
import { alignedMtlMethod } from "./methods/aligned-mtl.ts"
import { cagradMethod } from "./methods/cagrad.ts"
import { configMethod } from "./methods/config.ts"
import { constantMethod } from "./methods/constant.ts"
import { dbMtlMethod } from "./methods/db-mtl.ts"
import { dualprojMethod } from "./methods/dualproj.ts"
import { excessMtlMethod } from "./methods/excess-mtl.ts"
import { fairgradMethod } from "./methods/fairgrad.ts"
import { graddropMethod } from "./methods/graddrop.ts"
import { gradvacMethod } from "./methods/gradvac.ts"
import { imtlGMethod } from "./methods/imtl-g.ts"
import { krumMethod } from "./methods/krum.ts"
import { meanMethod } from "./methods/mean.ts"
import { mgdaMethod } from "./methods/mgda.ts"
import { modoMethod } from "./methods/modo.ts"
import { nashMtlMethod } from "./methods/nash-mtl.ts"
import { pcdMethod } from "./methods/pcd.ts"
import { pcgradMethod } from "./methods/pcgrad.ts"
import { rgwMethod } from "./methods/rgw.ts"
import { sdmgradMethod } from "./methods/sdmgrad.ts"
import { sumMethod } from "./methods/sum.ts"
import { trimmedMeanMethod } from "./methods/trimmed-mean.ts"
import { upgradMethod } from "./methods/upgrad.ts"
import { aGemMethod } from "./priority/a-gem.ts"
import { bloopMethod } from "./priority/bloop.ts"
import { cosineMethod } from "./priority/cosine.ts"
import { dynamicBarrierMethod } from "./priority/dynamic-barrier.ts"
import { metaBalanceMethod } from "./priority/meta-balance.ts"
import { mixedMethod } from "./priority/mixed.ts"
import { mtlMooMethod } from "./priority/mtl-moo.ts"
import { priorityGradvacMethod } from "./priority/priority-gradvac.ts"
import { priorityPcgradMethod } from "./priority/priority-pcgrad.ts"
import { cosmosMethod } from "./scalarizations/cosmos.ts"
import { dwaMethod } from "./scalarizations/dwa.ts"
import { famoMethod } from "./scalarizations/famo.ts"
import { geometricMeanMethod } from "./scalarizations/geometric-mean.ts"
import { imtlLMethod } from "./scalarizations/imtl-l.ts"
import { pbiMethod } from "./scalarizations/pbi.ts"
import { stchMethod } from "./scalarizations/stch.ts"
import { tchebycheffMethod } from "./scalarizations/tchebycheff.ts"
import { uwMethod } from "./scalarizations/uw.ts"
import type { Weighting } from "./weighting.ts"
import { crMogmMethod } from "./wrappers/cr-mogm.ts"
import { gradientAndMomentumMethod } from "./wrappers/gradient-and-momentum.ts"
import { groupedMethod } from "./wrappers/grouped.ts"
import { lossScaledMethod } from "./wrappers/loss-scaled.ts"
import { momentumMethod } from "./wrappers/momentum.ts"
import { unitNormMethod } from "./wrappers/unit-norm.ts"

/** Those that table 1 of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232) compares. */
const comparedMethods: readonly Method<Aggregator>[] = [
  upgradMethod,
  meanMethod,
  mgdaMethod,
  dualprojMethod,
  pcgradMethod,
  graddropMethod,
  imtlGMethod,
  cagradMethod,
  rgwMethod,
  nashMtlMethod,
  alignedMtlMethod
]

/** Other ways to weigh or to combine rows. */
const otherMethods: readonly Method<Aggregator>[] = [
  sumMethod,
  constantMethod,
  configMethod,
  fairgradMethod,
  gradvacMethod,
  krumMethod,
  trimmedMeanMethod,
  excessMtlMethod,
  modoMethod,
  sdmgradMethod,
  pcdMethod,
  dbMtlMethod
]

/** Methods for a main objective, the first row, and auxiliary ones: Bloop (arXiv 2402.02998) and what it is compared with. */
const priorityMethods: readonly Method<Aggregator>[] = [
  bloopMethod,
  mixedMethod,
  aGemMethod,
  dynamicBarrierMethod,
  mtlMooMethod,
  cosineMethod,
  priorityGradvacMethod,
  priorityPcgradMethod,
  metaBalanceMethod
]

/** Weights from the values of the objectives alone. */
const scalarizations: readonly Method<Aggregator>[] = [
  geometricMeanMethod,
  uwMethod,
  imtlLMethod,
  dwaMethod,
  tchebycheffMethod,
  stchMethod,
  pbiMethod,
  cosmosMethod,
  famoMethod
]

/** Methods that hold another one. */
const wrappers: readonly Method<Aggregator>[] = [
  crMogmMethod,
  unitNormMethod,
  lossScaledMethod,
  groupedMethod,
  momentumMethod,
  gradientAndMomentumMethod
]

/** Every method, in the order of `--list`. */
export const methods: readonly Method<Aggregator>[] = [
  ...comparedMethods,
  ...otherMethods,
  ...priorityMethods,
  ...scalarizations,
  ...wrappers
]

/**
 * A checked aggregator, defaults filled in, from data such as a configuration file: an object with the method's
 * `name` and options, or the name alone.
 *
 * @throws InputError for an unknown method, and for an unknown or wrong key, which it names below `place`.
 */
export function parseAggregator(value: unknown, place = "aggregator"): Aggregator {
  const specification = typeof value === "string" ? { name: value } : value
  return methodOf(specification, place).parse(specification, place, nestedParser)
}

/** Whether a method needs the Jacobian itself: its coordinates, or the gradients of earlier calls. */
export function needsJacobian(aggregator: Aggregator): aggregator is JacobianAggregator {
  return methodOf(aggregator, "the aggregator").needsJacobian(aggregator)
}

/** {@link parseAggregator}, for a method that does without the Jacobian. @throws InputError also for one that needs it. */
export function parseGramianAggregator(value: unknown, place = "aggregator"): GramianAggregator {
  const aggregator = parseAggregator(value, place)
  if (!needsJacobian(aggregator)) return aggregator
  const rule = "it needs the whole Jacobian, and here there is a Gramian"
  throw new InputError({ rule, place: `${place}.name`, value: aggregator.name })
}

const nestedParser: NestedParser = { parse: parseAggregator, parseGramian: parseGramianAggregator }

/**
 * Plans a method: what it asks for, and what gives its weights or its direction.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function planMethod(wasm: Wasm, aggregator: Specification, size: Size): MethodPlan {
  return methodOf(aggregator, "the aggregator").plan(wasm, aggregator, size, nestedIn(wasm))
}

/** The list of methods, for the plan of a method that wraps another one. */
export function nestedIn(wasm: Wasm): Nested {
  return { ...nestedParser, plan: (specification, size) => planMethod(wasm, specification, size) }
}

/**
 * Plans a method for `objectives` rows, up to 4096. Solves take a Gramian in place, without a copy, where its values
 * already live in the module's memory.
 *
 * @throws InputError when an option breaks its rule, or a preference or weights have not one entry a row.
 */
export function weighting(wasm: Wasm, aggregator: GramianAggregator, objectives: number): Weighting {
  // Only methods that need the Jacobian look at the number of parameters.
  const planned = asWeighting(planMethod(wasm, aggregator, { objectives, parameters: 0 }), objectives)
  if (planned !== null) return planned
  const rule = "it needs the whole Jacobian; a Gramian is not enough"
  throw new InputError({ rule, place: "the aggregator", value: aggregator.name })
}

/**
 * The weights of a method that needs no Gramian (mean, sum, constant), so that one forward and one backward are
 * enough; null for all others.
 */
export function knownWeights(aggregator: Aggregator, objectives: number): Float64Array | null {
  return methodOf(aggregator, "the aggregator").knownWeights(aggregator, objectives)
}

function methodOf(specification: unknown, place: string): Method<Aggregator> {
  if (typeof specification !== "object" || specification === null || !("name" in specification)) {
    throw new InputError({ rule: "it must be an object with the name of a method", place, value: specification })
  }
  const { name } = specification
  const method = methods.find((candidate) => candidate.name === name)
  if (method !== undefined) return method
  const rule = `it must be one of ${methods.map((known) => known.name).join(", ")}`
  throw new InputError({ rule, place: `${place}.name`, value: name })
}
