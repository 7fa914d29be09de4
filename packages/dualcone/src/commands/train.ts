/**
 * `dualcone train CONFIG.json`: a training run in a folder; the summary on stdout.
 *
 * @module
 */
import {
  engineLayer,
  engineNames,
  type RunSummary,
  readTrainConfig,
  runInFolder,
  trainConfigJsonSchema
} from "@dualcone/descent"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { required, switchFlag } from "./arguments.ts"
import { printIndentedJson } from "./output.ts"
import { progressBar } from "./progress.ts"
import { chosenThreads, threadsFlag } from "./threads-flag.ts"

/** The command. */
export const trainCommand = Command.make(
  "train",
  {
    config: Argument.String("config").pipe(
      Argument.withDescription("The configuration, a JSON file; --schema describes it"),
      Argument.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("The folder of the run (default dualcone-runs/ and the configuration's name)"),
      Flag.optional
    ),
    resume: switchFlag("resume", "Continue the stopped run in the folder"),
    restart: switchFlag("restart", "Begin anew where the folder holds an unfinished run"),
    engine: Flag.Literals("engine", engineNames).pipe(
      Flag.withDescription("Instead of the configuration's engine"),
      Flag.optional
    ),
    threads: threadsFlag,
    schema: switchFlag("schema", "Print the JSON Schema of the configuration")
  },
  Effect.fnUntraced(function* (options) {
    if (options.schema) return yield* printIndentedJson(trainConfigJsonSchema())
    const file = yield* required(
      options.config,
      "CONFIG.json",
      "name a JSON file; dualcone train --schema describes it"
    )
    const paths = yield* Path.Path
    const resolved = yield* readTrainConfig(file)
    const name = paths.basename(file, paths.extname(file))
    const folder = Option.getOrElse(options.out, () => paths.join("dualcone-runs", name))
    const engine = Option.getOrElse(options.engine, () => resolved.engine)
    const threads = yield* chosenThreads(options.threads, resolved.threads)
    const summary: RunSummary = yield* Effect.scoped(
      Effect.gen(function* () {
        const bar = yield* progressBar("loss {loss}  {value}/{total}  {eta_formatted} left")
        return yield* runInFolder({
          training: resolved.training,
          folder,
          resume: options.resume,
          restart: options.restart,
          report: (step, schedule) =>
            bar.update(step.iteration, schedule.iterations, { loss: step.meanLoss.toFixed(4) })
        })
      }).pipe(Effect.provide(engineLayer(engine, { threads })))
    )
    yield* printIndentedJson(summary)
  })
).pipe(
  Command.withDescription("Train a network as a configuration says; FOLDER gets the run, stdout its summary."),
  Command.withShortDescription("train a network"),
  Command.withExamples([
    { command: "dualcone train config.json --out run", description: "Train" },
    { command: "dualcone train config.json --out run --resume", description: "Go on after a stop" }
  ])
)
