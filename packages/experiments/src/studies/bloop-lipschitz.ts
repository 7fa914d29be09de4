/**
 * Accuracy against smoothness: what methods for a main and an auxiliary objective reach with the loss of a multilayer
 * perceptron and the logarithm of a bound on its Lipschitz constant, by the weight λ of the latter. The experiment of
 * "Careful with that Scalpel" (arXiv 2402.02998), section 5.1 and Figure 3a, with a constant learning rate.
 *
 * @module
 */
import { type Aggregator, parseAggregator } from "@dualcone/aggregation"
import {
  adam,
  attempt,
  type Checkpoint,
  crossEntropy,
  loadModule,
  logLipschitz,
  planSpectralNorm,
  predict,
  regularized,
  sejd,
  type TrainingData
} from "@dualcone/descent"
import type { NetworkDescription } from "@dualcone/network"
import type { RealFunctions } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { classificationFits } from "../protocol/classification-fit.ts"

/** The perceptron of the paper: 784-256-128-10, the ReLU between. */
export const bloopPerceptron: NetworkDescription = {
  name: "perceptron-784-256-128-10",
  input: [1, 28, 28],
  layers: [
    { kind: "flatten" },
    { kind: "linear", outputs: 256 },
    { kind: "relu" },
    { kind: "linear", outputs: 128 },
    { kind: "relu" },
    { kind: "linear", outputs: 10 }
  ]
}

/** Options of {@link bloopLipschitz}. */
export interface BloopLipschitzOptions {
  readonly train: TrainingData
  readonly test: TrainingData
  /** λ, not negative. At λ = 0 all methods are the same run, which is made once. */
  readonly lambdas: readonly number[]
  /** Default: Bloop with a moving average, PCGrad, the dynamic barrier and mixing. */
  readonly methods?: readonly string[]
  /** Default 5; the paper has 100, its code 25. */
  readonly epochs?: number
  /** Default 256. */
  readonly batchSize?: number
  /** Draws the first parameters and the order of the examples. Default 0. */
  readonly seed?: number
  /** Hears of the iterations that are done, of all runs together. */
  readonly report?: (done: number, all: number) => Effect.Effect<void>
}

/** Where a run ended. */
export interface LipschitzEnd {
  readonly lambda: number
  /** Mean cross-entropy over all training examples. */
  readonly trainLoss: number
  readonly testLoss: number
  /** Σ log ‖W_l‖₂. */
  readonly logLipschitz: number
}

/** The ends of a method's runs, by λ. */
export interface LipschitzFront {
  readonly method: string
  readonly ends: readonly LipschitzEnd[]
}

/** Mixing last, since its dashes show on the others and not under them. */
const METHODS = ["bloop", "priority-pcgrad", "dynamic-barrier", "mixed"]

/** Of the paper and of its code. */
const LEARNING_RATE = 3e-4

/** Iterations between two reports. */
const REPORTED = 20

/** Trains the perceptron by each method for each λ with Adam at 3e-4, all from the same start on the same batches. */
export const bloopLipschitz = Effect.fn("bloopLipschitz")(function* ({
  train,
  test,
  lambdas,
  methods = METHODS,
  epochs = 5,
  batchSize = 256,
  seed = 0,
  report = () => Effect.void
}: BloopLipschitzOptions) {
  const { functions } = yield* loadModule
  const positive = lambdas.filter((lambda) => lambda > 0).length
  const runs = methods.length * positive + (positive < lambdas.length ? 1 : 0)
  const all = runs * epochs * Math.ceil(train.examples / batchSize)
  let done = 0

  const endOf = Effect.fnUntraced(function* (method: string, lambda: number) {
    let last: Checkpoint | undefined
    const aggregator = yield* attempt(() => aggregatorOf(method, lambda))
    yield* sejd({
      network: bloopPerceptron,
      data: train,
      objective: regularized(crossEntropy, logLipschitz()),
      aggregator,
      optimizer: adam({ learningRate: LEARNING_RATE }),
      batchSize,
      epochs,
      seed,
      store: {
        everyMilliseconds: Number.POSITIVE_INFINITY,
        write: (checkpoint) =>
          Effect.sync(() => {
            last = checkpoint
          })
      }
    }).pipe(Stream.runForEach(() => (++done % REPORTED === 0 || done === all ? report(done, all) : Effect.void)))
    const ended: Checkpoint | undefined = last
    if (ended === undefined) return yield* Effect.die(new Error("a run that ended has a checkpoint"))
    const lossOn = Effect.fnUntraced(function* (data: TrainingData) {
      const { outputs } = yield* predict({ network: bloopPerceptron, parameters: ended.parameters, data })
      const { labels, examples } = data
      return classificationFits(functions, { outputs, labels, examples })[0]?.loss ?? Number.NaN
    })
    const end: LipschitzEnd = {
      lambda,
      trainLoss: yield* lossOn(train),
      testLoss: yield* lossOn(test),
      logLipschitz: logLipschitzOf(ended, functions)
    }
    return end
  })

  const free = positive < lambdas.length ? yield* endOf("mixed", 0) : undefined
  return yield* Effect.forEach(
    methods,
    Effect.fnUntraced(function* (method) {
      const ends: LipschitzEnd[] = []
      for (const lambda of lambdas) {
        ends.push(lambda === 0 && free !== undefined ? free : yield* endOf(method, lambda))
      }
      return { method, ends } satisfies LipschitzFront
    })
  )
})

/** Bloop with the moving average of the paper's algorithm 1, ρ = .01; the others as they are. */
function aggregatorOf(method: string, lambda: number): Aggregator {
  return parseAggregator({ name: method, lambda, ...(method === "bloop" ? { average: "after", rho: 0.01 } : {}) })
}

/** Of the perceptron with a checkpoint's parameters, to rounding. */
function logLipschitzOf({ parameters, shapes }: Checkpoint, { log }: Pick<RealFunctions, "log">): number {
  let sum = 0
  for (const [name, tensor] of parameters) {
    const [rows = 0, columns] = shapes.get(name) ?? []
    if (columns !== undefined) sum += log(planSpectralNorm(rows, columns, 1e-8)(tensor).norm)
  }
  return sum
}
