// A trap for every method that bends its weights towards the gradients it sees: two objectives, each drawn from two
// faces of a coin of its own (equation 4 of CR-MOGM). The Pareto set is y = 0. UPGrad on single draws climbs away from
// it, and CR-MOGM, which averages the weights over the draws, takes the bias away.
import { type Aggregator, crMogm, type RandomObjective, schedules, sejd, sgd, upgrad } from "dualcone/effect"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const objective: RandomObjective = {
  sample(draws) {
    const [a, b] = draws.below(2) === 0 ? [1, -2] : [5, 2]
    const [c, d] = draws.below(2) === 0 ? [-1, -2] : [-5, 2]
    return {
      values: ([x = 0, y = 0]) => [(x + a) ** 2 + (y + b) ** 2, (x + c) ** 2 + (y + d) ** 2],
      jacobian: ([x = 0, y = 0]) => [
        [2 * (x + a), 2 * (y + b)],
        [2 * (x + c), 2 * (y + d)]
      ]
    }
  }
}

const descend = (aggregator: Aggregator) =>
  sejd({
    objective,
    aggregator,
    start: [0, 0.4],
    optimizer: sgd({ learningRate: schedules.inverseSqrt({ initial: 0.006 }) }),
    steps: 10_000,
    project(x) {
      x[0] = Math.min(1, Math.max(-1, x[0] ?? 0))
      x[1] = Math.max(0, x[1] ?? 0)
    },
    seed: 1
  }).pipe(Stream.runLast, Effect.map(Option.getOrThrow))

for (const aggregator of [upgrad(), crMogm({ weighting: upgrad(), smoothing: { kind: "corollary-1" } })]) {
  const { next } = await Effect.runPromise(descend(aggregator))
  console.log(`${aggregator.name} ends at distance ${(next[1] ?? 0).toFixed(3)} from the Pareto set`)
}
