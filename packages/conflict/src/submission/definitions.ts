/**
 * The deterministic analytic problems as plain data, for implementations in other languages: starts, constants, feasible
 * boxes, rates, and values and Jacobians at some points, by which a restated formula can check itself.
 *
 * @module
 */
import { geometricRates } from "@dualcone/experiments"
import { measuresOf } from "../analytic/definition.ts"
import type { InstanceContext } from "../instance.ts"
import type { AnalyticProblem, Budget, Dial, Profile } from "../problem.ts"
import { rateSearch } from "../protocol/profiles.ts"
import { conflictProblems } from "../registry.ts"

/** f and J at a point. */
export interface CheckedPoint {
  readonly x: readonly number[]
  readonly values: readonly number[]
  /** m rows of n numbers. */
  readonly jacobian: readonly (readonly number[])[]
}

/** One problem. */
export interface ExportedProblem {
  readonly name: string
  readonly formula: string
  readonly source: string
  readonly dials: readonly Dial[]
  readonly parameters: number
  readonly objectives: number
  readonly starts: readonly (readonly number[])[]
  /** Lower and upper bounds of each parameter, to which a point is moved after each update; null where there are none. */
  readonly box: { readonly low: readonly number[]; readonly high: readonly number[] } | null
  readonly optimizer: "sgd" | "adam"
  readonly unitRate: number
  readonly budget: Readonly<Record<Profile, Budget>>
  /** Of the coarse stage; the fine one has `count` rates up to a factor `margin` around the two best. */
  readonly rates: Readonly<
    Record<
      Profile,
      { readonly coarse: readonly number[]; readonly fine: { readonly count: number; readonly margin: number } }
    >
  >
  readonly constants: Readonly<Record<string, readonly number[]>>
  readonly checks: readonly CheckedPoint[]
}

/** What `dualcone bench conflict --definitions` prints. */
export interface ConflictDefinitions {
  readonly format: "dualcone-conflict-definitions"
  readonly version: 1
  readonly problems: readonly ExportedProblem[]
}

/** Problems that any implementation can restate: closed forms without noise. */
export function restatableProblems(context: InstanceContext): readonly AnalyticProblem[] {
  return conflictProblems
    .filter((problem) => problem.kind === "analytic")
    .filter((problem) => measuresOf(problem, context).definition.sample === undefined)
}

/** All of them. */
export function conflictDefinitions(context: InstanceContext): ConflictDefinitions {
  return {
    format: "dualcone-conflict-definitions",
    version: 1,
    problems: restatableProblems(context).map((problem) => exported(problem, context))
  }
}

/** Beyond every feasible set that has bounds. */
const FAR = 1e9

function exported(problem: AnalyticProblem, context: InstanceContext): ExportedProblem {
  const { name, formula, source, dials, optimizer, unitRate, budget } = problem
  const { parameters, objectives, starts, values, jacobian, project, constants } = measuresOf(
    problem,
    context
  ).definition
  const bound = (value: number) => {
    const x = new Float64Array(parameters).fill(value)
    project?.(x)
    return [...x]
  }
  const points = starts.slice(0, 3).map((start, k) => {
    // Between two starts, so that no symmetry of a start hides a mistake.
    const other = starts[(k + 1) % starts.length] ?? start
    return Float64Array.from(start, (entry, i) => 0.7 * entry + 0.3 * (other[i] ?? 0) + 0.01 * ((i % 3) + 1))
  })
  const rates = (profile: Profile) => {
    const { coarse, fine } = rateSearch(problem, profile)
    return { coarse: geometricRates(coarse), fine: { count: fine.count, margin: fine.margin } }
  }
  return {
    ...{ name, formula, source, dials, parameters, objectives, starts, optimizer, unitRate, budget },
    box: project === undefined ? null : { low: bound(-FAR), high: bound(FAR) },
    rates: { quick: rates("quick"), full: rates("full") },
    constants: Object.fromEntries(Object.entries(constants ?? {}).map(([key, of]) => [key, Array.from(of)])),
    checks: points.map((point) => {
      project?.(point)
      const rows = jacobian(point)
      return {
        x: [...point],
        values: [...values(point)],
        jacobian: Array.from({ length: objectives }, (_, i) => [...rows.subarray(i * parameters, (i + 1) * parameters)])
      }
    })
  }
}
