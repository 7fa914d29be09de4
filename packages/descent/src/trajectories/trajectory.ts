/**
 * Paths of Jacobian descent on the problems with known answers.
 *
 * @module
 */
import { type Aggregator, generator, linearizeJacobian } from "@dualcone/aggregation"
import type { Wasm } from "@dualcone/wasm"
import { adam } from "../optimizers/adam.ts"
import type { OptimizerSpecification } from "../optimizers/optimizer.ts"
import { schedules } from "../optimizers/schedule.ts"
import { sgd } from "../optimizers/sgd.ts"
import { functionDescent } from "../pipelines/function-descent.ts"
import type { Problem } from "../problems/problem.ts"
import { measureTrajectory, type TrajectoryMeasures } from "./measure.ts"

/** How a path is run; what is absent is the problem's protocol. */
export interface TrajectoryOptions {
  readonly problem: Problem
  readonly aggregator: Aggregator
  readonly start: ArrayLike<number>
  /** Updates. */
  readonly steps?: number
  /** η of the first step, the method's own factor not in it. */
  readonly learningRate?: number
  /** Draws the estimates of a stochastic problem. Default 0. */
  readonly seed?: number
}

/** A path: every point from the start to the end, and its figures. */
export interface Trajectory extends TrajectoryMeasures {
  readonly path: readonly Float64Array[]
  /** Steps whose weights were not certified; 0 for methods without a program. */
  readonly uncertified: number
}

/**
 * Runs one path.
 *
 * @throws InputError when the aggregator refuses a point, as scalarizations with a domain do, and Diverged when a value
 * stops being finite.
 */
export function runTrajectory(wasm: Wasm, options: TrajectoryOptions): Trajectory {
  const { problem, aggregator, start, steps = problem.protocol.steps, seed = 0 } = options
  const { parameters, objectives, project } = problem
  const linearize = (x: Float64Array, iteration: number) => {
    const { values, jacobian } =
      problem.sample === undefined
        ? { values: problem.values(x), jacobian: problem.jacobian(x) }
        : problem.sample(x, generator(seed, iteration))
    return linearizeJacobian({ objectives, parameters, values: jacobian }, values)
  }
  using descent = functionDescent(wasm, aggregator, linearize, {
    start,
    optimizer: optimizerOf(options),
    steps,
    ...(project === undefined ? {} : { project: (x: Float64Array) => project(x) })
  })
  const path: Float64Array[] = [Float64Array.from(start)]
  let uncertified = 0
  for (let step = descent.step(); step !== null; step = descent.step()) {
    path.push(step.next)
    if (step.certificate?.status === "uncertified") uncertified++
  }
  return { path, uncertified, ...measureTrajectory(problem, path) }
}

/** The optimizer of the problem's protocol, with the method's factor of the learning rate. */
export function optimizerOf({ problem, aggregator, learningRate }: TrajectoryOptions): OptimizerSpecification {
  const { optimizer, schedule, multipliers, learningRate: usual } = problem.protocol
  const initial = (learningRate ?? usual) * (multipliers[aggregator.name] ?? 1)
  const rate = schedule === "constant" ? initial : schedules.inverseSqrt({ initial })
  return optimizer === "adam" ? adam({ learningRate: rate }) : sgd({ learningRate: rate })
}
