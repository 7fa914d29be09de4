/**
 * A progress bar on stderr; nothing at all where stderr is no terminal.
 *
 * @module
 */
import { SingleBar } from "cli-progress"
import * as Effect from "effect/Effect"

/** A bar that is drawn from its first update on. */
export interface ProgressBar {
  update(value: number, total: number, shown: Readonly<Record<string, string>>): Effect.Effect<void>
}

/** A bar for the scope; the terminal is left as it was. `format` follows cli-progress. */
export const progressBar = Effect.fnUntraced(function* (format: string) {
  const none: ProgressBar = { update: () => Effect.void }
  if (process.stderr.isTTY !== true) return none
  const bar = yield* Effect.acquireRelease(
    Effect.sync(() => new SingleBar({ format: `{bar}  ${format}`, stream: process.stderr, fps: 10, barsize: 30 })),
    (open) => Effect.sync(() => open.stop())
  )
  let started = false
  const drawn: ProgressBar = {
    update: (value, total, shown) =>
      Effect.sync(() => {
        if (!started) bar.start(total, value, shown)
        started = true
        bar.update(value, shown)
      })
  }
  return drawn
})
