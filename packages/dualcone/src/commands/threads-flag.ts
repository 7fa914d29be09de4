/**
 * `--threads`, of every command that runs a network.
 *
 * @module
 */
import { attempt } from "@dualcone/descent"
import { type ThreadCount, threadCount } from "@dualcone/wasm"
import { Flag } from "effect/cli"
import * as Option from "effect/Option"

/** The flag. */
export const threadsFlag = Flag.String("threads").pipe(
  Flag.withDescription("Threads of the CPU engine: a number, or auto; no result depends on it (default auto)"),
  Flag.optional
)

/** What one entry of the flag says. */
export const parseThreads = (text: string): ThreadCount =>
  threadCount(/^\d+$/.test(text) ? Number(text) : text, "--threads")

/** What the flag says, or `otherwise`. */
export const chosenThreads = (asked: Option.Option<string>, otherwise: ThreadCount = "auto") =>
  attempt(() => (Option.isSome(asked) ? parseThreads(asked.value) : otherwise))
