/** Golden values of the methods that the module solves, from papers, TorchJD and independent solvers. */
import { describe, expect, test } from "bun:test"
import golden from "../../../golden/aggregators.json" with { type: "json" }
import { alignedMtl, alignedMtlMethod } from "../src/methods/aligned-mtl.ts"
import { cagrad, cagradMethod } from "../src/methods/cagrad.ts"
import { config, configMethod } from "../src/methods/config.ts"
import { fairgrad, fairgradMethod } from "../src/methods/fairgrad.ts"
import { imtlG, imtlGMethod } from "../src/methods/imtl-g.ts"
import { mgda, mgdaMethod } from "../src/methods/mgda.ts"
import { nashMtl, nashMtlMethod } from "../src/methods/nash-mtl.ts"
import { weigh } from "./plan.ts"
import type { Rows } from "./samplers.ts"
import { relativeDistance } from "./vectors.ts"

const methods = {
  mgda: (rows: Rows) => weigh(mgdaMethod, mgda(), rows),
  frankWolfe: (rows: Rows) => weigh(mgdaMethod, mgda({ solver: "frank-wolfe" }), rows),
  cagrad: (rows: Rows) => weigh(cagradMethod, cagrad(), rows),
  imtlG: (rows: Rows) => weigh(imtlGMethod, imtlG(), rows),
  alignedMin: (rows: Rows) => weigh(alignedMtlMethod, alignedMtl(), rows),
  alignedMedian: (rows: Rows) => weigh(alignedMtlMethod, alignedMtl({ scaleMode: "median" }), rows),
  alignedMean: (rows: Rows) => weigh(alignedMtlMethod, alignedMtl({ scaleMode: "rmse" }), rows),
  nash: (rows: Rows) => weigh(nashMtlMethod, nashMtl(), rows),
  nashUnbounded: (rows: Rows) => weigh(nashMtlMethod, nashMtl({ maxNorm: 0 }), rows),
  nashOfficial: (rows: Rows) => weigh(nashMtlMethod, nashMtl({ solver: "official" }), rows),
  fairgrad: (rows: Rows) => weigh(fairgradMethod, fairgrad(), rows),
  config: (rows: Rows) => weigh(configMethod, config(), rows)
}

for (const { name, jacobian, aggregation } of golden.cases) {
  describe(`${name}: golden values of TorchJD and of Newton's method on the support`, () => {
    // TorchJD's keys without "exact" are as near to the exact values as its solvers come.
    for (const [method, aggregate, expected, tolerance] of [
      ["mgda, exact", methods.mgda, aggregation.mgda_exact, 1e-8],
      ["mgda, TorchJD's Frank-Wolfe to the end", methods.mgda, aggregation.mgda_converged, 1e-2],
      ["cagrad, exact", methods.cagrad, aggregation["cagrad_0.5_exact"], 1e-7],
      ["cagrad, TorchJD's conic solver", methods.cagrad, aggregation["cagrad_0.5"], 1e-3],
      ["imtl-g", methods.imtlG, aggregation.imtl_g, 1e-9],
      ["aligned-mtl, min", methods.alignedMin, aggregation.aligned_mtl_min, 1e-9],
      ["aligned-mtl, median", methods.alignedMedian, aggregation.aligned_mtl_median, 1e-9],
      ["config", methods.config, aggregation.config, 1e-9],
      ["fairgrad, exact", methods.fairgrad, aggregation.fairgrad_1_exact, 1e-8],
      ["fairgrad, TorchJD's least squares", methods.fairgrad, aggregation.fairgrad_1, 1e-6],
      ["nash-mtl, exact", methods.nash, aggregation.nash_mtl_max_norm_1_exact, 1e-8]
    ] as const) {
      test(method, () => {
        const { direction, certificate } = aggregate(jacobian)
        expect(relativeDistance(direction, expected)).toBeLessThan(tolerance)
        expect(certificate?.status).toBe("certified")
      })
    }

    const official = "nash_mtl_max_norm_1" in aggregation ? aggregation.nash_mtl_max_norm_1 : undefined
    if (official !== undefined) {
      test("nash-mtl, official", () => {
        expect(relativeDistance(methods.nashOfficial(jacobian).direction, official)).toBeLessThan(1e-4)
      })
    }
  })
}

const base: Rows = [
  [-4, 1, 1],
  [6, 1, 1]
]
const three: Rows = [
  [1, 2, -1, 0],
  [-2, 1, 1, 0.5],
  [0.5, -1.5, 0.5, 2]
]
/** Rank 2 and strongly stationary. */
const four: Rows = [
  [1, 0, 1],
  [0, 1, -1],
  [1, 1, 0],
  [-2, -1, -1]
]
const near = (seen: ArrayLike<number>, expected: readonly number[], digits: number) => {
  expect(seen.length).toBe(expected.length)
  expected.forEach((entry, k) => {
    expect(seen[k]).toBeCloseTo(entry, digits)
  })
}

describe("rows (−4, 1, 1) and (6, 1, 1)", () => {
  test("weights", () => {
    near(methods.mgda(base).weights, [0.6, 0.4], 14)
    near(methods.frankWolfe(base).weights, [0.6, 0.4], 14)
    near(methods.cagrad(base).weights, [0.7041241452, 0.5], 9)
    near(methods.imtlG(base).weights, [0.5923303169, 0.4076696831], 10)
    near(methods.alignedMin(base).weights, [0.5590719157, 0.4082610681], 10)
    near(methods.alignedMean(base).weights, [1.5108656435, 1.1033063978], 10)
    near(methods.nash(base).weights, [0.4182, 0.2878], 4)
    near(methods.nashUnbounded(base).weights, [0.5914611522, 0.4070714829], 9)
    // The weights of G over its Frobenius norm, √2736, times the root of that norm.
    near(methods.nashUnbounded(base).weights, [4.27765 / 2736 ** 0.25, 2.94408 / 2736 ** 0.25], 5)
  })

  test("directions", () => {
    near(methods.cagrad(base).direction, [0.1835034191, 1.2041241452, 1.2041241452], 9)
    near(methods.imtlG(base).direction, [0.0766968306, 1, 1], 10)
    near(methods.alignedMin(base).direction, [0.213278746, 0.9673329838, 0.9673329838], 9)
    near(methods.alignedMean(base).direction, [0.5763758127, 2.6141720412, 2.6141720412], 9)
    near(methods.nash(base).direction, [0.0541532696, 0.7060691975, 0.7060691975], 9)
    near(methods.fairgrad(base).direction, [0.0765842884, 0.9985326351, 0.9985326351], 9)
    near(methods.config(base).direction, [0.1588089758, 2.0706067581, 2.0706067581], 9)
  })

  test("FairGrad by α", () => {
    const at = (alpha: number) => weigh(fairgradMethod, fairgrad({ alpha }), base).weights
    near(at(0), [0.5, 0.5], 15)
    near(at(0.5), [0.74283, 0.52539], 5)
    near(at(1), [0.5914611522, 0.4070714829], 9)
    near(at(2), [0.47136, 0.31945], 5)
    near(at(5), [0.37594, 0.25231], 5)
  })
})

describe("three rows that the mean improves", () => {
  test("weights", () => {
    near(methods.mgda(three).weights, [0.37966, 0.26989, 0.35045], 5)
    near(methods.cagrad(three).weights, [0.55613, 0.39534, 0.51335], 5)
    near(methods.imtlG(three).weights, [0.37706, 0.26909, 0.35385], 5)
    near(methods.alignedMin(three).weights, [0.35454, 0.28932, 0.33645], 5)
    near(methods.nash(three).weights, [0.37343, 0.29602, 0.35066], 5)
  })
})

describe("four rows of rank 2, strongly stationary", () => {
  test("MGDA is zero", () => {
    for (const entry of methods.mgda(four).direction) expect(Math.abs(entry)).toBeLessThan(1e-14)
  })

  test("Aligned-MTL is not", () => {
    near(methods.alignedMin(four).weights, [-0.08333, 0.16667, 0.08333, 0], 5)
    near(methods.alignedMin(four).direction, [0, 0.25, -0.25], 12)
  })

  test("Nash-MTL and FairGrad have no solution, and say so with finite weights", () => {
    for (const solve of [methods.nash, methods.nashOfficial, methods.fairgrad]) {
      const { weights, certificate } = solve(four)
      expect(weights.every(Number.isFinite)).toBe(true)
      expect(certificate?.status).toBe("uncertified")
    }
  })
})

test("MGDA of the rows of the first figure of 'Jacobian Descent'", () => {
  const at = (radius: number, angle: number) => [radius * Math.cos(angle), radius * Math.sin(angle)]
  near(methods.mgda([at(0.9, 2.6), at(2.8, 0.3277)]).direction, [-0.0707, 0.5535], 4)
})
