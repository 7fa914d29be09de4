/**
 * What methods for a main and an auxiliary loss reach on Bloop's quadratics, by the weight λ of the auxiliary one: the
 * authors' notebook of "Careful with that Scalpel" (arXiv 2402.02998).
 *
 * @module
 */
import { generator, linearizeJacobian } from "@dualcone/aggregation"
import { attemptStep, bloopQuadratics, functionDescent, loadModule, sgd, trajectoryAggregator } from "@dualcone/descent"
import * as Effect from "effect/Effect"

/** Options of {@link bloopFronts}. */
export interface BloopFrontsOptions {
  /** λ. */
  readonly lambdas: readonly number[]
  /** Default: Bloop with a moving average, PCGrad, the dynamic barrier and mixing. */
  readonly methods?: readonly string[]
  /** Default: the notebook's 4,000, a thousand epochs. */
  readonly steps?: number
  /** Hears of each run that is done. */
  readonly report?: (done: number, all: number) => Effect.Effect<void>
}

/** Both losses over all data at the end of a method's runs, by λ. */
export interface BloopFront {
  readonly method: string
  readonly ends: readonly { readonly lambda: number; readonly main: number; readonly auxiliary: number }[]
}

/** The methods that the notebook compares; mixing last, since its dashes show on the others and not under them. */
const METHODS = ["bloop", "priority-pcgrad", "dynamic-barrier", "mixed"]

/** The moving average of the main gradient, updated with the batch before it is projected on, as in the released code. */
const AVERAGED = { average: "before", rho: 0.01 }

/** Runs each method for each λ, from 0, on the same four batches in turn. */
export const bloopFronts = Effect.fn("bloopFronts")(function* ({
  lambdas,
  methods = METHODS,
  steps,
  report = () => Effect.void
}: BloopFrontsOptions) {
  const wasm = yield* loadModule
  const problem = bloopQuadratics(wasm.functions)
  const { parameters, objectives, protocol } = problem
  const batches = problem.epoch(generator(8))
  const linearize = (theta: Float64Array, iteration: number) => {
    const { values, jacobian } = problem.batch(theta, batches[iteration % batches.length] ?? [])
    return linearizeJacobian({ objectives, parameters, values: jacobian }, values)
  }
  const endOf = (method: string, lambda: number) => {
    const averaged = method === "bloop" ? AVERAGED : {}
    using descent = functionDescent(wasm, trajectoryAggregator(method, { lambda, ...averaged }), linearize, {
      start: new Float64Array(parameters),
      optimizer: sgd({ learningRate: protocol.learningRate }),
      steps: steps ?? protocol.steps
    })
    let theta = new Float64Array(parameters)
    for (let step = descent.step(); step !== null; step = descent.step()) theta = Float64Array.from(step.next)
    const [main = Number.NaN, auxiliary = Number.NaN] = problem.values(theta)
    return { lambda, main, auxiliary }
  }
  let done = 0
  return yield* Effect.forEach(
    methods,
    Effect.fnUntraced(function* (method) {
      const ends: BloopFront["ends"][number][] = []
      for (const lambda of lambdas) {
        ends.push(yield* attemptStep(() => endOf(method, lambda)))
        yield* report(++done, methods.length * lambdas.length)
        yield* Effect.yieldNow
      }
      return { method, ends } satisfies BloopFront
    })
  )
})
