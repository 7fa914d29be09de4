/**
 * Whoever trains the runs of a sweep: the threads of this machine, or something else with the same interface.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { RunResult } from "../store/rows.ts"
import type { Run } from "../sweep/run.ts"

/** A run could not be made. A run that diverges is no failure: it has a result. */
export class RunFailed extends Schema.TaggedError<RunFailed>()("RunFailed", {
  run: Schema.String,
  /** The type of the error: `InputError`, `EngineError`, `FileError`, or `WorkerDied` for a thread that ended. */
  tag: Schema.String,
  /** The error's own message. */
  reason: Schema.String
}) {
  override get message(): string {
    return this.reason
  }
}

/** Trains runs. */
export class RunTrainer extends Context.Service<
  RunTrainer,
  {
    /** Runs at a time. */
    readonly size: number
    /** Trains one run; interrupted, it leaves what the next call goes on from. `report` hears of completed iterations. */
    train(run: Run, report: (iteration: number) => void): Effect.Effect<RunResult, RunFailed>
    /** Forgets what these runs left to go on from, once their results are kept. */
    forget(runs: ReadonlySet<string>): Effect.Effect<void>
  }
>()("@dualcone/experiments/RunTrainer") {}
