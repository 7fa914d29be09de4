/** Stochastic problems: what they draw, what that does to nonlinear weights, and Bloop's own examples. */
import { describe, expect, test } from "bun:test"
import { generator } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { bloopBias } from "../src/problems/bloop-bias.ts"
import { bloopConditioning } from "../src/problems/bloop-conditioning.ts"
import { bloopQuadratics } from "../src/problems/bloop-quadratics.ts"
import { crMogm } from "../src/problems/cr-mogm.ts"
import { crMogmGaussian } from "../src/problems/cr-mogm-gaussian.ts"
import { fillNormal } from "../src/problems/normal.ts"

/** Weights of two rows from their inner products: ‖g₁‖², g₁ᵀg₂, ‖g₂‖². */
type Weights = (a: number, b: number, c: number) => readonly [number, number]

const mean: Weights = () => [0.5, 0.5]
const mgda: Weights = (a, b, c) => {
  const w = Math.max(0, Math.min(1, (c - b) / (a - 2 * b + c)))
  return [w, 1 - w]
}
/** ½ (π(g₁) + π(g₂)): where the rows conflict each loses its part along the other. */
const upgrad: Weights = (a, b, c) => (b < 0 ? [0.5 - b / (2 * a), 0.5 - b / (2 * c)] : [0.5, 0.5])

/** E[-Jᵀw(J)] over the four pairs of coins. */
function expectedStep(x: Float64Array, weights: Weights): readonly [number, number] {
  let right = 0
  let up = 0
  for (const { probability, jacobian } of crMogm.outcomes?.(x) ?? []) {
    const [g1x = 0, g1y = 0, g2x = 0, g2y = 0] = jacobian
    const [w1, w2] = weights(g1x * g1x + g1y * g1y, g1x * g2x + g1y * g2y, g2x * g2x + g2y * g2y)
    right -= probability * (w1 * g1x + w2 * g2x)
    up -= probability * (w1 * g1y + w2 * g2y)
  }
  return [right, up]
}

describe("the counterexample with coins", () => {
  const x = Float64Array.of(0, 0.4)

  test.each([
    ["the mean", mean, -0.8, 0],
    ["MGDA", mgda, 0.2462, 0.9231],
    ["UPGrad", upgrad, 0.0911, 0.7655]
  ] as const)("the average step of %s leads to its known side of (0, 0.4) and (0, 0)", (_, weights, above, origin) => {
    const [right, up] = expectedStep(x, weights)
    expect(right).toBeCloseTo(0, 12)
    expect(up).toBeCloseTo(above, 4)
    expect(expectedStep(new Float64Array(2), weights)[1]).toBeCloseTo(origin, 4)
  })

  test("the four outcomes average to the values and the Jacobian", () => {
    const point = Float64Array.of(-0.3, 0.7)
    const outcomes = crMogm.outcomes?.(point) ?? []
    expect(outcomes.map(({ probability }) => probability)).toEqual([0.25, 0.25, 0.25, 0.25])
    const average = (of: (outcome: (typeof outcomes)[number]) => Float64Array, k: number) =>
      outcomes.reduce((sum, outcome) => sum + outcome.probability * (of(outcome)[k] ?? 0), 0)
    crMogm.values(point).forEach((value, k) => {
      expect(average((outcome) => outcome.values, k)).toBeCloseTo(value, 12)
    })
    crMogm.jacobian(point).forEach((entry, k) => {
      expect(average((outcome) => outcome.jacobian, k)).toBeCloseTo(entry, 12)
    })
  })

  test("a sample is one of the outcomes, each about a quarter of the time: the coins are independent", () => {
    const draw = generator(5)
    const counts = new Map((crMogm.outcomes?.(x) ?? []).map(({ jacobian }) => [String(jacobian), 0]))
    for (let k = 0; k < 4000; k++) {
      const drawn = String(crMogm.sample?.(x, draw).jacobian)
      expect(counts.has(drawn)).toBe(true)
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1)
    }
    // 1000 ± 5 deviations of √750.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(137)
  })

  test("projects onto [-1, 1] × [0, ∞)", () => {
    for (const [from, to] of [
      [
        [-2, -1],
        [-1, 0]
      ],
      [
        [0.5, 3],
        [0.5, 3]
      ],
      [
        [7, 0.25],
        [1, 0.25]
      ]
    ] as const) {
      const point = Float64Array.from(from)
      crMogm.project?.(point)
      expect([...point]).toEqual([...to])
    }
    expect(crMogm.paretoSet?.distance(Float64Array.of(0.3, 0.4))).toBeCloseTo(0.4, 12)
  })
})

describe("the counterexample with Gaussian noise", () => {
  const x = Float64Array.of(0.2, 0.5)

  test("without deviation it is the mean, and by default its entries vary as those with coins", () => {
    expect(crMogmGaussian(Math, { deviation: 0 }).sample?.(x, generator(1)).jacobian).toEqual(crMogm.jacobian(x))
    const outcomes = crMogm.outcomes?.(x) ?? []
    const centre = crMogm.jacobian(x)[1] ?? 0
    const variance = outcomes.reduce((sum, { jacobian }) => sum + ((jacobian[1] ?? 0) - centre) ** 2 / 4, 0)
    expect(variance).toBeCloseTo(16, 12)
    const samples = Float64Array.from(
      { length: 8000 },
      (
        (draw) => () =>
          crMogmGaussian(Math).sample?.(x, draw).jacobian[1] ?? Number.NaN
      )(generator(9))
    )
    const { average, deviation } = moments(samples)
    expect(Math.abs(average - centre)).toBeLessThan((5 * 4) / Math.sqrt(8000))
    expect(Math.abs(deviation / 4 - 1)).toBeLessThan(5 / Math.sqrt(2 * 8000))
  })

  test("refuses a negative deviation", () => {
    expect(() => crMogmGaussian(Math, { deviation: -1 })).toThrow(InputError)
  })
})

describe("normal draws", () => {
  test("have mean 0, deviation 1 and the tails of N(0, 1)", () => {
    const draws = fillNormal(new Float64Array(20_000), generator(2), Math)
    const { average, deviation } = moments(draws)
    expect(Math.abs(average)).toBeLessThan(5 / Math.sqrt(20_000))
    expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(40_000))
    const beyondTwo = draws.filter((entry) => Math.abs(entry) > 2).length / 20_000
    expect(beyondTwo).toBeCloseTo(0.0455, 2)
  })

  test("an odd count is the start of the next even one", () => {
    const odd = fillNormal(new Float64Array(3), generator(4), Math)
    const even = fillNormal(new Float64Array(4), generator(4), Math)
    expect([...odd]).toEqual([...even.subarray(0, 3)])
  })
})

describe("Bloop's conditioning example", () => {
  test("with λ = 1 and η = ½, Bloop's field (a, λb) leads to (0, 0) and the mixed loss to (½, 0)", () => {
    const problem = bloopConditioning()
    const descend = (direction: (jacobian: Float64Array) => readonly [number, number]) => {
      const x = Float64Array.of(2, 2)
      for (let k = 0; k < problem.protocol.steps; k++) {
        const [right, up] = direction(problem.jacobian(x))
        x[0] = (x[0] ?? 0) - problem.protocol.learningRate * right
        x[1] = (x[1] ?? 0) - problem.protocol.learningRate * up
      }
      return x
    }
    const bloop = descend(([a = 0, , , b = 0]) => [a, b])
    const mixed = descend(([a = 0, , c = 0, b = 0]) => [a + c, b])
    expect(Math.hypot(...bloop)).toBeLessThan(1e-10)
    expect(problem.paretoSet?.distance(bloop)).toBeLessThan(1e-10)
    expect(mixed[0]).toBeCloseTo(problem.mixedOptimum[0] ?? Number.NaN, 10)
    expect(problem.mixedOptimum).toEqual(Float64Array.of(0.5, 0))
    expect(problem.bilevelOptimum).toEqual(new Float64Array(2))
  })
})

describe("Bloop's bias", () => {
  // ‖g_b‖² is about ‖g_m‖² + σ²p, which shortens the projection by that factor; for p = 100 within a few hundredths.
  test.each([0.1, 0.3, 1, 2, 3, 10])(
    "with σ = %p the simple direction stands at σ²p / (‖gₘ‖² + σ²p) of the way to mixing",
    (deviation) => {
      const problem = bloopBias(Math, { deviation })
      const main = problem.jacobian(new Float64Array(100)).subarray(0, 100)
      const noise = 100 * deviation * deviation
      const position = noise / (main.reduce((sum, entry) => sum + entry * entry, 0) + noise)
      const found = problem.position(problem.simpleDirection(2000, generator(11)))
      expect(Math.abs(found - position)).toBeLessThan(0.03)
    }
  )

  test("the ends of the segment stand at 0 and 1, and Bloop's direction keeps gₘᵀd = ‖gₘ‖²", () => {
    const problem = bloopBias(Math)
    expect(problem.position(problem.bloopDirection)).toBe(0)
    expect(problem.position(problem.mixedDirection)).toBeCloseTo(1, 12)
    const main = problem.jacobian(new Float64Array(100)).subarray(0, 100)
    const dot = main.reduce((sum, entry, i) => sum + entry * (problem.bloopDirection[i] ?? 0), 0)
    expect(dot).toBeCloseTo(
      main.reduce((sum, entry) => sum + entry * entry, 0),
      10
    )
  })

  test("a seed fixes the two gradients, another seed gives others", () => {
    const row = (seed: number) => bloopBias(Math, { seed }).jacobian(new Float64Array(100))
    expect(row(3)).toEqual(row(3))
    expect(row(3)).not.toEqual(row(4))
  })
})

describe("Bloop's quadratics", () => {
  const problem = bloopQuadratics(Math)

  test("batches of an epoch cover all rows once, and their mean is the whole", () => {
    const epoch = problem.epoch(generator(1))
    expect(epoch.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual(Array.from({ length: 256 }, (_, i) => i))
    const theta = fillNormal(new Float64Array(300), generator(6), Math)
    const whole = problem.jacobian(theta)
    const parts = epoch.map((batch) => problem.batch(theta, batch).jacobian)
    for (const i of [0, 17, 299, 300, 599]) {
      const average = parts.reduce((sum, part) => sum + (part[i] ?? 0) / parts.length, 0)
      expect(average).toBeCloseTo(whole[i] ?? Number.NaN, 8)
    }
  })

  test("a sample uses distinct rows: the losses of 256 of 256 are those of all", () => {
    const whole = bloopQuadratics(Math, { batchSize: 256 })
    const theta = fillNormal(new Float64Array(300), generator(6), Math)
    expect(whole.sample?.(theta, generator(2)).values[0]).toBeCloseTo(whole.values(theta)[0] ?? Number.NaN, 6)
  })

  test("the last point of the Pareto set is the bilevel solution: L_m = 0", () => {
    const [start, , end] = problem.paretoSet?.sample(3) ?? []
    expect(start).toEqual(problem.target)
    expect(problem.values(end ?? new Float64Array(300))[0]).toBeLessThan(1e-12)
  })

  test("with λ = 1 mixing leaves a main loss of about a thousand, Bloop with an average less than one", () => {
    const rate = problem.protocol.learningRate
    const batches = problem.epoch(generator(8))
    const run = (direction: (main: Float64Array, auxiliary: Float64Array) => Float64Array) => {
      const theta = new Float64Array(300)
      for (let k = 0; k < problem.protocol.steps; k++) {
        const { jacobian } = problem.batch(theta, batches[k % batches.length] ?? [])
        const step = direction(jacobian.subarray(0, 300), jacobian.subarray(300))
        for (let i = 0; i < 300; i++) theta[i] = (theta[i] ?? 0) - rate * (step[i] ?? 0)
      }
      return problem.values(theta)
    }
    const average = new Float64Array(300)
    const bloop = run((main, auxiliary) => {
      let dot = 0
      let squares = 1e-7
      for (let i = 0; i < 300; i++) {
        average[i] = 0.99 * (average[i] ?? 0) + 0.01 * (main[i] ?? 0)
        dot += (average[i] ?? 0) * (auxiliary[i] ?? 0)
        squares += (average[i] ?? 0) ** 2
      }
      return main.map((entry, i) => entry + (auxiliary[i] ?? 0) - (dot / squares) * (average[i] ?? 0))
    })
    const mixed = run((main, auxiliary) => main.map((entry, i) => entry + (auxiliary[i] ?? 0)))
    expect(bloop[0]).toBeLessThan(1)
    expect(mixed[0]).toBeGreaterThan(500)
    expect(mixed[0]).toBeLessThan(2000)
    expect(mixed[1]).toBeLessThan(bloop[1] ?? 0)
  })

  test("refuses a batch larger than the data", () => {
    expect(() => bloopQuadratics(Math, { rows: 8, batchSize: 9 })).toThrow(
      "batchSize is 9; there are 8 rows to draw from"
    )
  })
})

function moments(values: Float64Array) {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length
  return { average, deviation: Math.sqrt(variance) }
}
