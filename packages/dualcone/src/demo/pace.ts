/**
 * How long training takes on this machine, from a few steps of it.
 *
 * @module
 */
import { median, type SsjdOptions, ssjd } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const WARM_UP = 3
const MEASURED = 5

/** Median milliseconds of a step, after a warm-up; the training itself is not touched. */
export const pace = Effect.fn("pace")(function* (training: SsjdOptions) {
  const steps = yield* ssjd(training).pipe(Stream.take(WARM_UP + MEASURED), Stream.runCollect)
  return median(steps.slice(WARM_UP).map((step) => step.milliseconds)) ?? 0
})
