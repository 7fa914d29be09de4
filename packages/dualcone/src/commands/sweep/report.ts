/**
 * A sweep's progress on stderr: a bar on a terminal, else a line a run.
 *
 * @module
 */
import type { SweepEvent } from "@dualcone/experiments"
import * as Effect from "effect/Effect"
import { progressBar } from "../progress.ts"
import { timeLeft } from "../time-left.ts"

/** What `runSweep` reports to, for the scope. */
export const sweepReporter = Effect.gen(function* () {
  const bar = yield* progressBar("{settled}/{runs} runs  {left}")
  if (process.stderr.isTTY !== true) {
    return (event: SweepEvent) => {
      const line = lineOf(event)
      if (line !== null) process.stderr.write(`dualcone: ${line}\n`)
    }
  }
  return ({ progress }: SweepEvent) => {
    const shown = {
      settled: String(progress.settled),
      runs: String(progress.runs),
      left: timeLeft(progress.secondsLeft)
    }
    Effect.runSync(bar.update(progress.iterations, progress.iterationsInAll, shown))
  }
})

function lineOf(event: SweepEvent): string | null {
  const { progress } = event
  const place = `${progress.settled}/${progress.runs}`
  if (event.kind === "step") return null
  if (event.kind === "begun") return `${place} runs are there`
  const { run } = event
  const which = `${run.group.label} at ${run.learningRate} on ${run.group.dataSet}, seed ${run.group.seed}`
  if (event.kind === "failed")
    return `${place} ${which} failed: ${event.failure.message}; ${timeLeft(progress.secondsLeft)}`
  const { area, divergedAt } = event.result
  const what = divergedAt === null ? `area ${area.toFixed(3)}` : `diverged at iteration ${divergedAt}`
  return `${place} ${which}: ${what}; ${timeLeft(progress.secondsLeft)}`
}
