/** Comparisons of steps: that both sides do the same work, and how turns are counted. */
import { describe, expect, test } from "bun:test"
import type { Contender } from "../contenders.ts"
import { agreement, meanRowNorm, relativeDifference } from "../hand-over.ts"
import { loadOurEngine } from "../our-engine.ts"
import { compareSteps } from "../steps.ts"
import { paceOf, rotated } from "../turns.ts"
import { oneLayer, softmaxPeer } from "./softmax.ts"

const ours = await loadOurEngine(1)
const turns = { rounds: 3, steps: 4, skip: 1 }
const contender: Contender = { library: "jax-js", step: "gradient", threads: 1, method: "gradient" }
const description = { library: "softmax 1.0", threads: 1, cuda: null }

describe("a comparison", () => {
  test("agrees with closed forms on losses and gradient, and counts every step of every round", async () => {
    using peer = softmaxPeer()
    const said: string[] = []
    const started = { peer, description, contenders: [contender] }
    const row = await compareSteps(ours, oneLayer, 8, turns, [started], (text) => said.push(text))
    expect(row).toMatchObject({ network: "one-layer", batchSize: 8, threads: 1, certified: true })
    expect(row.contenders).toHaveLength(1)
    const [found] = row.contenders
    expect(found).toMatchObject({ ...contender, samples: 12 })
    expect(found?.agreement.losses).toBeLessThan(1e-6)
    expect(found?.agreement.gradientNorm).toBeLessThan(1e-5)
    expect(found?.agreement.weights).toBeNull()
    expect(found?.ratio.ms).toBe((found?.ms ?? Number.NaN) / row.upgradMs)
    expect(found?.ratio.minMs).toBe((found?.minMs ?? Number.NaN) / row.upgradMinMs)
    expect(said).toEqual(["jax-js gradient, 1 thread: 12 steps"])
  })

  test("stops where the losses differ by a thousandth", async () => {
    using peer = softmaxPeer("wrong")
    const started = { peer, description, contenders: [contender] }
    const comparison = compareSteps(ours, oneLayer, 8, turns, [started], () => {})
    await expect(comparison).rejects.toThrow("the losses of one-layer differ from the peer's by 0.00099")
  })

  test("stops where the gradients differ, or are no numbers", () => {
    const found = { losses: Float64Array.of(1, 2), gradientNorm: 1, weights: Float64Array.of(0.5, 0.5) }
    expect(agreement("any", found, { ...found, weights: null })).toEqual({ losses: 0, gradientNorm: 0, weights: null })
    expect(() => agreement("any", found, { ...found, gradientNorm: 1.01 })).toThrow("the norm of the gradient of any")
    expect(() => agreement("any", found, { ...found, gradientNorm: Number.NaN })).toThrow("the norm of the gradient")
    expect(() => agreement("any", found, { ...found, losses: Float64Array.of(1, Number.NaN) })).toThrow("the losses")
  })
})

test("the gradient of the mean of two orthogonal rows of length 3 and 4 has length 5/2", () => {
  expect(meanRowNorm({ objectives: 2, values: Float64Array.of(9, 0, 0, 16) })).toBe(2.5)
})

test("differences are relative to the largest entry of the other", () => {
  expect(relativeDifference(Float64Array.of(1, 8), Float64Array.of(2, 10))).toBe(0.2)
  expect(relativeDifference(Float64Array.of(1), Float64Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY)
})

describe("turns", () => {
  const all = { rounds: 8, steps: 10, skip: 2 }

  test("are whole for short steps", () => expect(paceOf(5, all)).toEqual(all))

  test("have fewer steps where they would last longer than half a second", () => {
    expect(paceOf(100, all)).toEqual({ rounds: 8, steps: 5, skip: 2 })
    expect(paceOf(400, all)).toEqual({ rounds: 8, steps: 1, skip: 0 })
  })

  test("are fewer where all together would last longer than fifteen seconds, but one at least", () => {
    expect(paceOf(5000, all)).toEqual({ rounds: 3, steps: 1, skip: 0 })
    expect(paceOf(60_000, all)).toEqual({ rounds: 1, steps: 1, skip: 0 })
  })

  test("begin with another in every round", () => {
    const starts = [0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))
    expect(starts).toEqual(["abc", "bca", "cab", "abc"])
  })
})
