/**
 * `dualcone sweep SWEEP.json`: the runs of a sweep on all cores, in one database; the summary on stdout.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import { type FileError, fileError } from "@dualcone/descent"
import {
  type ClusterError,
  costOf,
  lockFolder,
  type RunTrainer,
  readSweep,
  runSweep,
  type Sweep,
  SweepStore,
  summarise,
  sweepJsonSchema,
  workerThreads
} from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { required, switchFlag } from "./arguments.ts"
import { print, printIndentedJson } from "./output.ts"
import { progressBar } from "./progress.ts"
import { clusterFlags, type NamedCluster, namedCluster } from "./sweep/cluster-flags.ts"
import { exportSweep } from "./sweep/export.ts"
import { logLines } from "./sweep/log-lines.ts"
import { sweepReporter } from "./sweep/report.ts"
import { costTable, summaryTable } from "./sweep/tables.ts"

/** Some runs of a sweep could not be made. */
class RunsFailed extends Schema.TaggedError<RunsFailed>()("RunsFailed", {
  failed: Schema.Int,
  runs: Schema.Int,
  /** What one of them said. */
  example: Schema.String
}) {
  override get message(): string {
    return `${this.failed} of ${this.runs} runs failed; one said: ${this.example}`
  }
}

/** The command. */
export const sweepCommand = Command.make(
  "sweep",
  {
    sweep: Argument.String("sweep").pipe(
      Argument.withDescription("The sweep, a JSON file (--schema describes it), or the folder of one to look at"),
      Argument.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("The folder of the sweep (default dualcone-runs/ and the file's name)"),
      Flag.optional
    ),
    workers: Flag.Int("workers").pipe(
      Flag.withDescription("Runs at a time, each on one thread (default: one for each core)"),
      Flag.optional
    ),
    checkpointSeconds: Flag.Finite("checkpoint-seconds").pipe(
      Flag.withDescription("Least time between two checkpoints of a run (default 5)"),
      Flag.optional
    ),
    ...clusterFlags,
    plan: switchFlag("plan", "Print runs and estimated hours, from a few timed steps, and run nothing"),
    table: switchFlag("table", "Print a table instead of JSON"),
    export: switchFlag("export", "Print all results with their curves as JSON"),
    schema: switchFlag("schema", "Print the JSON Schema of a sweep")
  },
  Effect.fnUntraced(function* (options) {
    if (options.schema) return yield* printIndentedJson(sweepJsonSchema())
    const workers = Option.getOrElse(options.workers, availableParallelism)
    if (workers < 1) {
      return yield* Effect.fail(new InputError({ rule: "it must be positive", place: "--workers", value: workers }))
    }
    const named = yield* required(options.sweep, "SWEEP.json", "name a JSON file; dualcone sweep --schema describes it")
    const files = yield* FileSystem
    const paths = yield* Path.Path
    const isFolder = yield* files.stat(named).pipe(
      Effect.map(({ type }) => type === "Directory"),
      Effect.orElseSucceed(() => false)
    )
    if (isFolder) {
      if (options.plan) {
        const rule = "--plan takes the JSON file of a sweep"
        return yield* Effect.fail(new InputError({ rule, place: "SWEEP.json", value: named }))
      }
      return yield* show(options).pipe(Effect.provide(SweepStore.layer(named, { readOnly: true })))
    }
    const sweep = yield* readSweep(named)
    if (options.plan) {
      const cost = yield* Effect.scoped(
        Effect.gen(function* () {
          const bar = yield* progressBar("{value}/{total} timed")
          return yield* costOf(sweep.groups, workers, (done, all) => bar.update(done, all, {}))
        })
      )
      return yield* options.table ? print(costTable(cost)) : printIndentedJson(cost)
    }
    const folder = Option.getOrElse(options.out, () =>
      paths.join("dualcone-runs", paths.basename(named, paths.extname(named)))
    )
    yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
    const cluster = yield* namedCluster(options)
    const trainer: Layer.Layer<RunTrainer, FileError | ClusterError, FileSystem> =
      cluster === null
        ? workerThreads({
            folder,
            size: workers,
            checkpointEveryMilliseconds: Option.getOrElse(options.checkpointSeconds, () => 5) * 1000
          })
        : yield* runnersOf(cluster, options)
    yield* lockFolder(folder).pipe(
      Effect.andThen(runAndShow(sweep, options).pipe(Effect.provide([SweepStore.layer(folder), trainer]))),
      Effect.scoped
    )
  })
).pipe(
  Command.withDescription(
    "Run a grid of data sets, seeds, aggregators and learning rates on all cores; started again, it goes on. FOLDER gets the database sweep.sqlite, stdout the summary."
  ),
  Command.withShortDescription("run an experiment of many runs"),
  Command.withExamples([
    { command: "dualcone sweep sweep.json --plan --table", description: "Runs and hours" },
    { command: "dualcone sweep sweep.json --out results", description: "Run, or go on" },
    { command: "dualcone sweep sweep.json --cluster postgres://sweeps@db.example/sweeps", description: "On runners" },
    { command: "dualcone sweep results --table", description: "Look at what is there" }
  ])
)

/** The runners of a cluster as a trainer; flags that are theirs are refused. */
const runnersOf = Effect.fnUntraced(function* (
  cluster: NamedCluster,
  flags: { readonly workers: Option.Option<number>; readonly checkpointSeconds: Option.Option<number> }
) {
  const theirs = { "--workers": flags.workers, "--checkpoint-seconds": flags.checkpointSeconds }
  for (const [place, value] of Object.entries(theirs)) {
    if (Option.isNone(value)) continue
    const rule = "on a cluster it is said to the runners"
    return yield* Effect.fail(new InputError({ rule, place, value: value.value }))
  }
  // A client of PostgreSQL, for those who ask for one.
  const { clusterTrainer } = yield* Effect.promise(() => import("@dualcone/experiments/cluster"))
  return clusterTrainer(cluster).pipe(Layer.provide(logLines))
})

/** How a sweep is shown. */
interface Shown {
  readonly table: boolean
  readonly export: boolean
}

/** Runs what is left of a sweep and prints what it found. */
const runAndShow = Effect.fnUntraced(function* (sweep: Sweep, options: Shown) {
  const failed = yield* Effect.gen(function* () {
    const report = yield* sweepReporter
    return yield* runSweep({ sweep, report })
  }).pipe(Effect.scoped)
  yield* show(options)
  if (failed === 0) return
  const store = yield* SweepStore
  const [example] = yield* store.failures
  const { length } = yield* store.rows
  return yield* new RunsFailed({ failed, runs: length, example: example?.message ?? "" })
})

/** Prints what a sweep found. */
const show = Effect.fnUntraced(function* (options: Shown) {
  const store = yield* SweepStore
  if (options.export) return yield* exportSweep
  const summary = summarise(yield* store.rows, yield* store.failures, yield* store.digest)
  yield* options.table ? print(summaryTable(summary)) : printIndentedJson(summary)
})
