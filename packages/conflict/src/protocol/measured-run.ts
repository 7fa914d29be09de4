/**
 * One run: a method descends on a trial of a problem at one learning rate, and is measured on the way.
 *
 * @module
 */
import type { Aggregator, JacobianLinearization } from "@dualcone/aggregation"
import { adam, Diverged, functionDescent, type OptimizerSpecification, schedules, sgd } from "@dualcone/descent"
import { InputError, type Wasm } from "@dualcone/wasm"
import type { Instance } from "../instance.ts"
import type { ProblemFacts } from "../problem.ts"
import { conflictStatistics } from "../score/conflict-statistics.ts"
import { PathMeasures, type PathScore } from "./path-measures.ts"

/** What a run came to. Areas are infinite and ends null where it diverged. */
export interface RunScore extends PathScore {
  /** Mean over the measured steps of the share of pairs of rows that conflict; null without a step. */
  readonly conflictShare: number | null
  /** The least cosine of a row and the direction in any measured step. */
  readonly worstCosine: number | null
  /** Mean over all steps of the cosine of direction and mean gradient. */
  readonly similarity: number | null
  /** Steps whose program carries no proof of its answer; null for methods without a program. */
  readonly uncertified: number | null
  readonly heldOut: number | null
  /** Of descending and measuring, in this process. */
  readonly milliseconds: number
}

/** How a run is made. */
export interface RunOptions {
  readonly aggregator: Aggregator
  readonly learningRate: number
  readonly steps: number
}

/** Runs. The trial is not disposed of. */
export function measuredRun(
  wasm: Wasm,
  facts: Pick<ProblemFacts, "optimizer" | "schedule" | "roles">,
  instance: Instance,
  options: RunOptions
): RunScore {
  const { steps, aggregator } = options
  const started = performance.now()
  const measures = new PathMeasures(instance, facts.roles, steps)
  let shown: JacobianLinearization<Float64Array> | undefined
  using descent = functionDescent(
    wasm,
    aggregator,
    (x, iteration) => {
      shown = instance.linearize(x, iteration)
      return shown
    },
    {
      start: instance.start,
      optimizer: optimizerOf(facts, options.learningRate),
      steps,
      ...(instance.project === undefined ? {} : { project: instance.project })
    }
  )
  let shares = 0
  let worstCosine = 1
  let similarities = 0
  let measured = 0
  let made = 0
  let uncertified: number | null = null
  measures.at(0, instance.start)
  while (!measures.diverged) {
    const step = nextOrDiverged(() => descent.step())
    if (step === "diverged") measures.leave(made + 1)
    if (step === null || step === "diverged") break
    made = step.iteration
    similarities += step.similarity
    if (step.certificate !== null) {
      uncertified = (uncertified ?? 0) + (step.certificate.status === "uncertified" ? 1 : 0)
    }
    if (made % instance.measureEvery !== 0 && made !== steps) continue
    if (shown !== undefined) {
      // Before the trial is measured, which may use the memory that the rows are in.
      const statistics = conflictStatistics(shown, step.direction, step.weights)
      shares += statistics.share
      worstCosine = Math.min(worstCosine, statistics.worstCosine)
      measured++
    }
    measures.at(made, step.next)
  }
  const score = measures.score()
  return {
    ...score,
    conflictShare: measured === 0 ? null : shares / measured,
    worstCosine: measured === 0 ? null : worstCosine,
    similarity: made === 0 ? null : similarities / made,
    uncertified,
    heldOut: score.divergedAt === null ? (instance.heldOut?.(measures.last) ?? null) : null,
    milliseconds: performance.now() - started
  }
}

function nextOrDiverged<A>(step: () => A): A | "diverged" {
  try {
    return step()
  } catch (error) {
    if (error instanceof Diverged) return "diverged"
    // A Gramian can overflow before a value does.
    if (error instanceof InputError && typeof error.value === "number" && !Number.isFinite(error.value)) {
      return "diverged"
    }
    throw error
  }
}

function optimizerOf(
  { optimizer, schedule }: Pick<ProblemFacts, "optimizer" | "schedule">,
  initial: number
): OptimizerSpecification {
  const learningRate = schedule === "constant" ? initial : schedules.inverseSqrt({ initial })
  return optimizer === "adam" ? adam({ learningRate }) : sgd({ learningRate })
}
