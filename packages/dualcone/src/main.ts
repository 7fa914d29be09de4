#!/usr/bin/env node
/**
 * The command line. Results on stdout, progress and remarks on stderr; exit code 0 done, 1 the work failed, 2 wrong
 * usage or wrong input; an error is one line.
 *
 * @module
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { aggregateCommand } from "./commands/aggregate.ts"
import { switchFlag } from "./commands/arguments.ts"
import { benchCommand } from "./commands/bench.ts"
import { dataCommand } from "./commands/data.ts"
import { demoCommand } from "./commands/demo.ts"
import { doctorCommand } from "./commands/doctor.ts"
import { exitCode, oneLine } from "./commands/failure.ts"
import { figureCommand } from "./commands/figure.ts"
import { inspectCommand } from "./commands/inspect.ts"
import { remark } from "./commands/output.ts"
import { runnerCommand } from "./commands/runner.ts"
import { sweepCommand } from "./commands/sweep.ts"
import { trainCommand } from "./commands/train.ts"
import { trajectoriesCommand } from "./commands/trajectories.ts"
import { version } from "./version.ts"

const debug = process.argv.includes("--debug")

const dualcone = Command.make("dualcone").pipe(
  Command.withSharedFlags({
    debug: switchFlag("debug", "Show stacks of errors")
  }),
  Command.withDescription("Jacobian descent: train one model on many objectives without sacrificing any."),
  Command.withSubcommands([
    demoCommand,
    trainCommand,
    aggregateCommand,
    trajectoriesCommand,
    inspectCommand,
    sweepCommand,
    figureCommand,
    runnerCommand,
    dataCommand,
    benchCommand,
    doctorCommand
  ])
)

/** Wrong usage is one line, not a page of help. */
const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? remark(event.errors.map((error) => oneLine(error.message)).join("; "))
      : CliOutput.defaultPresenter.present(event)
})

const report = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  if (exitCode(Exit.failCause(cause)).presented) return Effect.void
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : message
  return debug ? Effect.sync(() => process.stderr.write(`dualcone: ${stack}\n`)) : remark(oneLine(message))
}

dualcone.pipe(
  Command.run({ version }),
  Effect.tapCause(report),
  Effect.provide([
    NodeServices.layer,
    presenter,
    Layer.succeed(Logger.LogToStderr, true),
    CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })
  ]),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) => onExit(exitCode(exit).code)
  })
)
