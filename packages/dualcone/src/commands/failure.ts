/**
 * From errors to exit codes.
 *
 * @module
 */
import { ConfigurationError, EngineError, FileError } from "@dualcone/descent"
import { ClusterError, NothingToDraw, OtherSweep, PngUnavailable, StoreError, SweepBusy } from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"

/** How the process ends. */
export interface Ending {
  /** 0 done, 1 the work failed, 2 wrong usage or wrong input, 130 interrupted. */
  readonly code: number
  /** The command line's parser has told the user already. */
  readonly presented: boolean
}

/** The exit code of a finished program. */
export function exitCode(exit: Exit.Exit<unknown, unknown>): Ending {
  if (Exit.isSuccess(exit)) return { code: 0, presented: true }
  if (Cause.hasInterruptsOnly(exit.cause)) return { code: 130, presented: true }
  const error = Cause.squash(exit.cause)
  if (Predicate.isTagged(error, "ShowHelp")) {
    const asked = Predicate.hasProperty(error, "errors") && Array.isArray(error.errors) && error.errors.length === 0
    return { code: asked ? 0 : 2, presented: true }
  }
  const input =
    error instanceof InputError ||
    error instanceof ConfigurationError ||
    error instanceof EngineError ||
    error instanceof OtherSweep ||
    error instanceof SweepBusy ||
    error instanceof NothingToDraw ||
    error instanceof PngUnavailable ||
    (error instanceof ClusterError && error.action === "reach") ||
    (error instanceof StoreError && error.action === "open") ||
    (error instanceof FileError && error.action !== "write")
  return { code: input ? 2 : 1, presented: false }
}

/** A message without line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ")
}
