/**
 * The searches that a suite consists of.
 *
 * @module
 */
import { contentId } from "@dualcone/experiments"
import { type ConflictMethod, conflictMethods, methodsFor } from "../methods.ts"
import type { ConflictProblem, Profile } from "../problem.ts"
import { rateSearch } from "../protocol/profiles.ts"
import { conflictProblems } from "../registry.ts"

/** One method on one problem. */
export interface PlannedSearch {
  /** A hash of all that decides its bits. */
  readonly id: string
  readonly problem: ConflictProblem
  readonly method: ConflictMethod
  readonly profile: Profile
}

/** Changes where equal settings stop to give equal bits: with a formula, a measure, or the protocol. */
const BITS = 1

/** What a suite is made of; all problems and methods by default. */
export interface SuiteOptions {
  readonly profile: Profile
  readonly problems?: readonly ConflictProblem[]
  readonly methods?: readonly ConflictMethod[]
}

/** The searches, method by method, so that the first method's times tell those of the others. */
export function planSuite({
  profile,
  problems = conflictProblems,
  methods = conflictMethods
}: SuiteOptions): readonly PlannedSearch[] {
  return methods.flatMap((method) =>
    problems
      .filter((problem) => methodsFor(problem, [method]).length > 0)
      .map((problem) => ({ id: searchId(problem, method, profile), problem, method, profile }))
  )
}

function searchId(problem: ConflictProblem, { specification }: ConflictMethod, profile: Profile): string {
  const { name, dials, unitRate, schedule, optimizer, roles } = problem
  const budget = problem.budget[profile]
  return contentId({
    bits: BITS,
    problem: { name, dials, unitRate, schedule, optimizer, roles, ...budget },
    method: specification,
    search: rateSearch(problem, profile)
  })
}
