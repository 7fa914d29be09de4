/**
 * The conflict suite: problems of known conflict and known answers, one protocol, one score.
 *
 * @module
 */
export { type Definition, definitionOf, type PointSet } from "./analytic/definition.ts"
export type { Instance, InstanceContext } from "./instance.ts"
export {
  aggregatorOf,
  type ConflictMethod,
  conflictMethod,
  conflictMethods,
  methodsFor
} from "./methods.ts"
export type {
  AnalyticProblem,
  Budget,
  ConflictProblem,
  Dial,
  LearnedProblem,
  ProblemFacts,
  Profile
} from "./problem.ts"
export { measuredRun, type RunOptions, type RunScore } from "./protocol/measured-run.ts"
export type { PathCurves, PathScore } from "./protocol/path-measures.ts"
export { rateSearch, ratesAllowed } from "./protocol/profiles.ts"
export { criterionOf, openTrial, type RateScore, type SearchScore, search } from "./protocol/search.ts"
export { conflictProblem, conflictProblems } from "./registry.ts"
export { problemChart } from "./report/problem-chart.ts"
export { problemPage } from "./report/problem-page.ts"
export { profileChart } from "./report/profile-chart.ts"
export { readScoreboard, reportFiles } from "./report/report-files.ts"
export {
  costsBy,
  type Measure,
  measures,
  profileBy,
  type Score,
  type Scoreboard,
  withSubmitted
} from "./report/scoreboard.ts"
export { methodTable, problemTable, ratioTable } from "./report/tables.ts"
export { hypervolume, hypervolumeShare } from "./score/hypervolume.ts"
export { type ProfileLine, performanceProfile, shareWithin } from "./score/performance-profile.ts"
export {
  type CheckedPoint,
  type ConflictDefinitions,
  conflictDefinitions,
  type ExportedProblem,
  restatableProblems
} from "./submission/definitions.ts"
export { ConflictSubmission, parseSubmission, submissionJsonSchema } from "./submission/schema.ts"
export { submissionScores } from "./submission/submission-scores.ts"
export { CONFLICT_DATABASE, ConflictStore } from "./suite/conflict-store.ts"
export { type PlannedSearch, planSuite, type SuiteOptions } from "./suite/plan.ts"
export { runSuite, type SuiteEvent, type SuiteProgress } from "./suite/run-suite.ts"
export { Searcher, type SearchThreadsOptions, searchThreads } from "./suite/searcher.ts"
