/**
 * The methods that the suite compares: a method is a line here.
 *
 * @module
 */
import { type Aggregator, methods, parseAggregator } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import type { ProblemFacts } from "./problem.ts"

/** A method of the suite. */
export interface ConflictMethod {
  /** As tables and figures call it: `upgrad`, `cr-mogm(mgda)`. */
  readonly name: string
  /** The aggregator as a configuration has it; draws get the seed of the trial. */
  readonly specification: { readonly name: string } & Readonly<Record<string, unknown>>
  /** Where it applies. Default: everywhere. */
  readonly roles?: ProblemFacts["roles"]
}

const corollary = { kind: "corollary-1" }

/** The eleven methods of arXiv 2406.16232, Table 1; UPGrad without a ridge; CR-MOGM around three; Bloop and mixing. */
export const conflictMethods: readonly ConflictMethod[] = [
  { name: "upgrad", specification: { name: "upgrad" } },
  { name: "mean", specification: { name: "mean" } },
  { name: "mgda", specification: { name: "mgda" } },
  { name: "dualproj", specification: { name: "dualproj" } },
  { name: "pcgrad", specification: { name: "pcgrad" } },
  { name: "graddrop", specification: { name: "graddrop" } },
  { name: "imtl-g", specification: { name: "imtl-g" } },
  { name: "cagrad", specification: { name: "cagrad", c: 0.5 } },
  { name: "rgw", specification: { name: "rgw" } },
  { name: "nash-mtl", specification: { name: "nash-mtl" } },
  { name: "aligned-mtl", specification: { name: "aligned-mtl" } },
  { name: "upgrad strict", specification: { name: "upgrad", ridge: { kind: "diagonal", epsilon: 1e-8 } } },
  { name: "cr-mogm(upgrad)", specification: { name: "cr-mogm", weighting: { name: "upgrad" }, smoothing: corollary } },
  { name: "cr-mogm(mgda)", specification: { name: "cr-mogm", weighting: { name: "mgda" }, smoothing: corollary } },
  { name: "bloop", specification: { name: "bloop", lambda: 1 }, roles: "main-first" },
  { name: "mixed", specification: { name: "mixed", lambda: 1 }, roles: "main-first" }
]

/** The aggregator of a method in a trial. */
export function aggregatorOf({ specification }: ConflictMethod, trial: number): Aggregator {
  return parseAggregator(seeded(specification, trial), "the aggregator of a method")
}

/** Methods that apply to a problem. */
export function methodsFor(
  { roles }: Pick<ProblemFacts, "roles">,
  among: readonly ConflictMethod[] = conflictMethods
): readonly ConflictMethod[] {
  return among.filter((method) => method.roles === undefined || method.roles === roles)
}

/**
 * One method.
 *
 * @throws {InputError} for a name that is not known
 */
export function conflictMethod(name: string, place = "method"): ConflictMethod {
  const found = conflictMethods.find((method) => method.name === name)
  if (found !== undefined) return found
  const rule = `known methods are ${conflictMethods.map((method) => method.name).join(", ")}`
  throw new InputError({ rule, place, value: name })
}

function seeded(specification: ConflictMethod["specification"], seed: number): object {
  const draws = methods
    .find(({ name }) => name === specification.name)
    ?.parameters.some((parameter) => parameter.name === "seed")
  return draws === true ? { ...specification, seed } : specification
}
