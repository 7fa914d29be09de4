import { describe, expect, test } from "bun:test"
import { type Aggregator, famo, graddrop, mean, mgda, upgrad } from "@dualcone/aggregation"
import { makeOptimizer, sgd } from "@dualcone/descent"
import { type Losses, makeDescent } from "@dualcone/tfjs"
import { InputError, loadWasm } from "@dualcone/wasm"
import { leftBehind, tf } from "./backend.ts"

const wasm = await loadWasm()

/** f(x) = (|x - (1, 0)|², |x - (0, 2)|²) from x = (4, -3), where J = ((6, -6), (8, -10)). */
function bowls() {
  const x = tf.variable(tf.tensor1d([4, -3]))
  const losses = () => [tf.sum(tf.square(tf.sub(x, [1, 0]))), tf.sum(tf.square(tf.sub(x, [0, 2])))]
  return { x, losses, variables: [x] }
}

describe("a step", () => {
  test("moves the variables by the aggregated direction, with an optimizer of either library", async () => {
    // Rows that do not conflict: UPGrad is their mean, (7, -8).
    for (const optimizer of [tf.train.sgd(0.125), (n: number) => makeOptimizer(sgd({ learningRate: 0.125 }), n)]) {
      const { x, losses, variables } = bowls()
      using descent = makeDescent(wasm, { aggregator: upgrad(), optimizer, variables })
      const { iteration, values, weights, certificate } = await descent.step(losses)
      expect(descent.parameters).toBe(2)
      expect({ iteration, values, weights }).toEqual({
        iteration: 1,
        values: Float64Array.of(18, 41),
        weights: Float64Array.of(0.5, 0.5)
      })
      expect(certificate?.status).toBe("certified")
      expect(Array.from(await x.data())).toEqual([4 - 7 / 8, -3 + 8 / 8])
      x.dispose()
    }
  })

  test("by the mean of a vector of losses takes one backward pass, of rows of their own one each", async () => {
    const { x, losses, variables } = bowls()
    const forms: readonly Losses[] = [
      losses,
      () => tf.stack(losses()),
      { objectives: 2, loss: (row) => losses()[row] ?? tf.scalar(Number.NaN) }
    ]
    for (const form of forms) {
      x.assign(tf.tensor1d([4, -3]))
      using descent = makeDescent(wasm, { aggregator: mean(), optimizer: tf.train.sgd(0.125), variables })
      const { values, weights } = await descent.step(form)
      expect(values).toEqual(Float64Array.of(18, 41))
      expect(weights).toEqual(Float64Array.of(0.5, 0.5))
      expect(Array.from(await x.data())).toEqual([3.125, -2])
    }
    x.dispose()
  })

  test("after step leads to a Pareto optimum, for methods of every kind", async () => {
    // The Pareto set is the segment between (1, 0) and (0, 2): 2 x + y = 2.
    const aggregators: readonly Aggregator[] = [mean(), upgrad(), mgda(), famo(), graddrop()]
    for (const aggregator of aggregators) {
      const { x, losses, variables } = bowls()
      using descent = makeDescent(wasm, { aggregator, optimizer: tf.train.sgd(0.1), variables })
      for (let step = 0; step < 100; step++) await descent.step(losses)
      const [first = 9, second = 9] = await x.data()
      if (aggregator.name !== "graddrop") expect(2 * first + second, aggregator.name).toBeCloseTo(2, 3)
      expect(first ** 2 + second ** 2, aggregator.name).toBeLessThan(5)
      x.dispose()
    }
  })

  test("has the losses once more for a method that looks at them after the update", async () => {
    const { x, losses, variables } = bowls()
    let calls = 0
    const counted = () => {
      calls++
      return losses()
    }
    using watching = makeDescent(wasm, { aggregator: famo(), optimizer: tf.train.sgd(0.1), variables })
    await watching.step(counted)
    expect(calls).toBe(2)
    expect(watching.state.size).toBeGreaterThan(0)
    using plain = makeDescent(wasm, { aggregator: upgrad(), optimizer: tf.train.sgd(0.1), variables })
    await plain.step(counted)
    expect(calls).toBe(3)
    x.dispose()
  })

  test("leaves no tensor behind", async () => {
    const { x, losses, variables } = bowls()
    for (const aggregator of [upgrad(), mean(), famo()]) {
      using descent = makeDescent(wasm, { aggregator, optimizer: tf.train.momentum(0.1, 0.9), variables })
      await descent.step(losses) // the optimizer makes its own
      const left = await leftBehind(async () => {
        for (let step = 0; step < 3; step++) await descent.step(losses)
      })
      expect(left, aggregator.name).toBe(0)
    }
    x.dispose()
  })
})

describe("a step is refused", () => {
  test("with another number of losses", async () => {
    const { x, losses, variables } = bowls()
    for (const aggregator of [upgrad(), mean()]) {
      using descent = makeDescent(wasm, { aggregator, optimizer: tf.train.sgd(0.1), variables })
      await descent.step(losses)
      const refusal = "the number of losses is 1; it was 2 in the first step; leave out a last, smaller batch"
      await expect(descent.step(() => losses().slice(1))).rejects.toThrow(refusal)
    }
    x.dispose()
  })

  test("with a loss that is not finite, by its row and step, and moves nothing", async () => {
    const { x, losses, variables } = bowls()
    for (const aggregator of [upgrad(), mean()]) {
      using descent = makeDescent(wasm, { aggregator, optimizer: tf.train.sgd(0.1), variables })
      const broken = () => losses().map((loss, row) => (row === 1 ? tf.mul(loss, Number.POSITIVE_INFINITY) : loss))
      const left = await leftBehind(async () => {
        const refusal = await descent.step(broken).catch((error: unknown) => error)
        expect(refusal).toBeInstanceOf(InputError)
        expect(String(refusal)).toMatch(/loss 1 of step 1 is Infinity|row 1, column 0 of the Jacobian is Infinity/)
      })
      expect(left).toBe(0)
    }
    expect(Array.from(await x.data())).toEqual([4, -3])
    x.dispose()
  })

  test("before the last one has ended", async () => {
    const { x, losses, variables } = bowls()
    using descent = makeDescent(wasm, { aggregator: upgrad(), optimizer: tf.train.sgd(0.1), variables })
    const first = descent.step(losses)
    await expect(descent.step(losses)).rejects.toThrow('the step is "begun during step 1"; one step at a time')
    await first
    x.dispose()
  })
})
