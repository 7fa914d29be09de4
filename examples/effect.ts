// Training for people who live in Effect: the engine is a layer, the run a stream, left as soon as the loss is low.
import { CpuEngine, crossEntropy, digits, instanceWise, networks, type Step, sgd, ssjd, upgrad } from "dualcone/effect"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const report = ({ iteration, meanLoss }: Step) =>
  Console.log(`iteration ${iteration}: mean loss ${meanLoss.toFixed(4)}`)

const program = Effect.gen(function* () {
  const data = yield* Effect.promise(() => digits({ examples: 512 }))
  const steps = ssjd({
    network: networks.mnist,
    data,
    objective: instanceWise(crossEntropy),
    aggregator: upgrad(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 8,
    seed: 1
  })
  yield* steps.pipe(
    Stream.takeUntil((step) => step.meanLoss < 1),
    Stream.runForEach(report)
  )
})

await Effect.runPromise(program.pipe(Effect.provide(CpuEngine.layer)))
