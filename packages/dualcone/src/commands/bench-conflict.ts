/**
 * `dualcone bench conflict`: the conflict suite, from its problems to its report; started again, it goes on.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import {
  ConflictStore,
  conflictDefinitions,
  conflictMethod,
  conflictMethods,
  conflictProblem,
  conflictProblems,
  type InstanceContext,
  type PlannedSearch,
  type Profile,
  parseSubmission,
  planSuite,
  readScoreboard,
  reportFiles,
  runSuite,
  type Score,
  type SuiteEvent,
  type SuiteProgress,
  searchThreads,
  submissionJsonSchema,
  submissionScores,
  withSubmitted
} from "@dualcone/conflict"
import { namesOf, sourceRecord } from "@dualcone/datasets"
import { attempt, dataFolder, fileError, loadModule, methodList, writeWhole } from "@dualcone/descent"
import { lockFolder } from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { switchFlag } from "./arguments.ts"
import { conflictJson, conflictTables } from "./conflict/tables.ts"
import { print, printIndentedJson, printJson, remark } from "./output.ts"
import { progressBar } from "./progress.ts"
import { timeLeft } from "./time-left.ts"

/** Some searches of a suite could not be made. */
export class SearchesFailed extends Schema.TaggedError<SearchesFailed>()("SearchesFailed", {
  failed: Schema.Int,
  searches: Schema.Int,
  /** What one of them said. */
  example: Schema.String
}) {
  override get message(): string {
    return `${this.failed} of ${this.searches} searches failed; one said: ${this.example}`
  }
}

/** The command. */
export const benchConflictCommand = Command.make(
  "conflict",
  {
    full: switchFlag("full", "The paper's search of 22 and 50 learning rates, longer runs, more trials: many hours"),
    problems: Flag.String("problems").pipe(
      Flag.withDescription(`Comma-separated (default: all): ${conflictProblems.map(({ name }) => name).join(",")}`),
      Flag.optional
    ),
    methods: Flag.String("methods").pipe(
      Flag.withDescription(`Comma-separated (default: all): ${conflictMethods.map(({ name }) => name).join(",")}`),
      Flag.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription(
        "The folder of the database and the report (default dualcone-runs/conflict-quick or conflict-full)"
      ),
      Flag.optional
    ),
    workers: Flag.Int("workers").pipe(
      Flag.withDescription("Searches at a time (default: one for each core)"),
      Flag.optional
    ),
    submission: Flag.String("submission").pipe(
      Flag.withDescription("Results of another implementation, JSON (--schema describes it), to stand beside ours"),
      Flag.optional
    ),
    definitions: switchFlag("definitions", "Print the deterministic problems as JSON, for other implementations"),
    schema: switchFlag("schema", "Print the JSON Schema of a submission"),
    report: switchFlag("report", "Run nothing: table and report from what the folder has"),
    json: switchFlag("json", "Print all scores as JSON instead of tables")
  },
  Effect.fnUntraced(function* (options) {
    if (options.schema) return yield* printIndentedJson(submissionJsonSchema())
    const profile = options.full ? "full" : "quick"
    const problems = yield* attempt(() => chosen(options.problems, conflictProblems, conflictProblem, "--problems"))
    const methods = yield* attempt(() => chosen(options.methods, conflictMethods, conflictMethod, "--methods"))
    const size = Option.getOrElse(options.workers, availableParallelism)
    if (size < 1) {
      return yield* Effect.fail(new InputError({ rule: "it must be positive", place: "--workers", value: size }))
    }
    const files = yield* FileSystem
    const folder = Option.getOrElse(options.out, () => `dualcone-runs/conflict-${profile}`)
    const fashionFolder = yield* fashionFiles
    const wasm = yield* loadModule
    const context = { wasm, fashionFolder }
    if (options.definitions) return yield* printJson(conflictDefinitions(context))
    const submitted = yield* Option.match(options.submission, {
      onNone: () => Effect.succeed([]),
      onSome: (file) => readSubmission(file, profile, context)
    })
    const possible: typeof problems = yield* Effect.filter(problems, (problem) => {
      const missing = problem.kind === "learned" ? (problem.missing?.(context) ?? null) : null
      return missing === null
        ? Effect.succeed(true)
        : remark(`${problem.name} is left out: ${missing}`).pipe(Effect.as(false))
    })
    const shown: Shown = { json: options.json, submitted }
    const plan = planSuite({ profile, problems: possible, methods })
    if (options.report)
      return yield* show(plan, folder, shown).pipe(Effect.provide(ConflictStore.layer(folder, { readOnly: true })))
    yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
    yield* lockFolder(folder, "a conflict suite").pipe(
      Effect.andThen(
        runAndShow(plan, folder, shown).pipe(
          Effect.provide([ConflictStore.layer(folder), searchThreads({ size, fashionFolder })])
        )
      ),
      Effect.scoped
    )
  })
).pipe(
  Command.withDescription(
    "Run the conflict suite: every method on problems of known conflict, each with the same search of its learning rate. FOLDER gets the database conflict.sqlite and report/ with tables, a performance profile and a page a problem; stdout the tables. Started again, it goes on."
  ),
  Command.withShortDescription("compare methods on problems of known conflict"),
  Command.withExamples([
    { command: "dualcone bench conflict", description: "All problems and methods, in minutes" },
    { command: "dualcone bench conflict --problems ewq,cqf --methods upgrad,mean --json", description: "Some of them" },
    { command: "dualcone bench conflict --full --out full", description: "The search of the paper" }
  ])
)

/** Those that a flag names, or all. */
function chosen<A>(
  flag: Option.Option<string>,
  all: readonly A[],
  named: (name: string, place: string) => A,
  place: string
): readonly A[] {
  return Option.match(flag, { onNone: () => all, onSome: (text) => methodList(text).map((name) => named(name, place)) })
}

/** The folder of Fashion-MNIST, where its files are there. */
const fashionFiles = Effect.gen(function* () {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const folder = yield* dataFolder("fashion-mnist")
  for (const file of sourceRecord("fashion-mnist").files) {
    const there = yield* Effect.forEach(namesOf(file), (name) =>
      files.exists(paths.join(folder, name)).pipe(Effect.orElseSucceed(() => false))
    )
    if (!there.includes(true)) return null
  }
  return paths.resolve(folder)
})

interface Shown {
  readonly json: boolean
  /** Scores of another implementation. */
  readonly submitted: readonly Score[]
}

const readSubmission = Effect.fnUntraced(function* (file: string, profile: Profile, context: InstanceContext) {
  const files = yield* FileSystem
  const text = yield* files.readFileString(file).pipe(Effect.mapError(fileError(file, "read")))
  const submission = yield* parseSubmission(text, file)
  if (submission.profile !== profile) {
    const rule = `the suite runs in the ${profile} profile`
    return yield* Effect.fail(new InputError({ rule, place: `profile of ${file}`, value: submission.profile }))
  }
  return yield* attempt(() => submissionScores(submission, context))
})

const runAndShow = Effect.fnUntraced(function* (plan: readonly PlannedSearch[], folder: string, shown: Shown) {
  const failed = yield* Effect.gen(function* () {
    const report = yield* suiteReporter
    return yield* runSuite({ plan, report })
  }).pipe(Effect.scoped)
  yield* show(plan, folder, shown)
  if (failed === 0) return
  const store = yield* ConflictStore
  const [example] = yield* store.failures
  return yield* new SearchesFailed({ failed, searches: plan.length, example: example?.message ?? "" })
})

/** Writes the report and prints the tables. */
const show = Effect.fnUntraced(function* (plan: readonly PlannedSearch[], folder: string, { json, submitted }: Shown) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const scoreboard = withSubmitted(yield* readScoreboard(plan), submitted)
  const out = paths.join(folder, "report")
  yield* files.makeDirectory(out, { recursive: true }).pipe(Effect.mapError(fileError(out, "create")))
  for (const { name, content } of yield* reportFiles(plan, scoreboard))
    yield* writeWhole(paths.join(out, name), content)
  yield* remark(`report: ${out}`)
  yield* json ? printIndentedJson(conflictJson(scoreboard)) : print(conflictTables(scoreboard))
})

/** Progress on stderr: a bar on a terminal, else a line a search. */
const suiteReporter = Effect.gen(function* () {
  const bar = yield* progressBar("{settled}/{searches} searches  {left}")
  return (event: SuiteEvent) => {
    const { progress } = event
    if (process.stderr.isTTY !== true) return void process.stderr.write(`dualcone: ${lineOf(event)}\n`)
    const shown = {
      settled: String(progress.settled),
      searches: String(progress.searches),
      left: timeLeft(progress.secondsLeft)
    }
    Effect.runSync(bar.update(progress.settled, progress.searches, shown))
  }
})

function lineOf(event: SuiteEvent): string {
  const { progress } = event
  const place = placeOf(progress)
  if (event.kind === "begun") return `${place} searches are there; ${timeLeft(progress.secondsLeft)}`
  const { problem, method } = event.search
  const which = `${method.name} on ${problem.name}`
  if (event.kind === "failed")
    return `${place} ${which} failed: ${event.failure.message}; ${timeLeft(progress.secondsLeft)}`
  const best = event.score.best === null ? undefined : event.score.rates[event.score.best]
  const what = best === undefined ? "diverged at every rate" : `best at rate ${best.learningRate.toPrecision(3)}`
  return `${place} ${which}: ${what}; ${timeLeft(progress.secondsLeft)}`
}

function placeOf({ settled, searches }: SuiteProgress): string {
  return `${settled}/${searches}`
}
