import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import type { Method, Specification } from "../src/method.ts"
import { cosmos, cosmosMethod } from "../src/scalarizations/cosmos.ts"
import { dwa, dwaMethod } from "../src/scalarizations/dwa.ts"
import { famo, famoMethod } from "../src/scalarizations/famo.ts"
import { geometricMean, geometricMeanMethod } from "../src/scalarizations/geometric-mean.ts"
import { imtlL, imtlLMethod } from "../src/scalarizations/imtl-l.ts"
import { pbi, pbiMethod } from "../src/scalarizations/pbi.ts"
import { stch, stchMethod } from "../src/scalarizations/stch.ts"
import { tchebycheff, tchebycheffMethod } from "../src/scalarizations/tchebycheff.ts"
import { uw, uwMethod } from "../src/scalarizations/uw.ts"
import { plan, weigh } from "./plan.ts"
import { relativeDistance } from "./vectors.ts"

const of = (...losses: number[]) => Float64Array.from(losses)
const rowsFor = (losses: Float64Array) => Array.from(losses, () => [1])

const weights = <A extends Specification>(method: Method<A>, specification: A, losses: Float64Array) =>
  weigh(method, specification, rowsFor(losses), losses).weights

function refusal(call: () => unknown): InputError {
  try {
    call()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error("it was accepted")
}

describe("losses outside of the domain", () => {
  for (const [name, call, place, value] of [
    ["geometric-mean of zero", () => weights(geometricMeanMethod, geometricMean(), of(1, 0)), 1, 0],
    ["geometric-mean of a negative loss", () => weights(geometricMeanMethod, geometricMean(), of(-2, 1)), 0, -2],
    ["famo below zero", () => weights(famoMethod, famo(), of(1, -1e-3)), 1, -1e-3],
    ["famo below a bound", () => weights(famoMethod, famo({ lowerBounds: [0, 2] }), of(1, 1)), 1, 1],
    [
      "stch further from the reference than float64",
      () => weights(stchMethod, stch({ reference: [-1e308] }), of(1e308)),
      0,
      1e308
    ]
  ] as const) {
    test(name, () => expect(refusal(call)).toMatchObject({ place: `value ${place} of the objectives`, value }))
  }

  test("missing values", () => {
    expect(refusal(() => weigh(stchMethod, stch(), [[1]])).place).toBe("the number of values of the objectives")
    expect(refusal(() => weights(uwMethod, uw(), of(Number.NaN))).place).toBe("value 0 of the objectives")
  })

  test("a loss that stays negative drives the scales of uw and imtl-l out of float64, and the call says so", () => {
    for (const planned of [
      plan(uwMethod, uw({ learningRate: 1 }), 1),
      plan(imtlLMethod, imtlL({ learningRate: 1 }), 1)
    ]) {
      const gramian = { objectives: 1, values: of(1) }
      const error = refusal(() => {
        for (let call = 0; call < 100; call++) {
          for (const weight of planned.weigh(gramian, of(-1)).weights) expect(weight).toBeFinite()
        }
      })
      expect(error.message).toContain("finite")
      planned[Symbol.dispose]()
    }
  })

  test("a weight beyond float64", () => {
    const apart = Float64Array.from({ length: 10 }, (_, i) => (i === 0 ? 5e-324 : 1e308))
    expect(refusal(() => weights(geometricMeanMethod, geometricMean(), apart))).toMatchObject({
      place: "weight 0 of geometric-mean",
      value: Number.POSITIVE_INFINITY
    })
  })
})

describe("options outside of their domain", () => {
  for (const [name, call, place] of [
    ["mu of zero", () => stch({ mu: 0 }), "stch.mu"],
    ["a preference of zero", () => tchebycheff({ preference: [0] }), "tchebycheff.preference[0]"],
    ["an infinite reference", () => pbi({ reference: [1 / 0] }), "pbi.reference[0]"],
    ["weights that are all zero", () => pbi({ weights: [0, 0] }), "pbi.weights"],
    ["a negative weight", () => cosmos({ weights: [1, -1] }), "cosmos.weights[1]"],
    ["a negative lambda", () => cosmos({ lambda: -1 }), "cosmos.lambda"],
    ["a negative theta", () => pbi({ theta: -1 }), "pbi.theta"],
    ["a negative learning rate", () => uw({ learningRate: -1 }), "uw.learningRate"],
    ["a learning rate that is NaN", () => imtlL({ learningRate: Number.NaN }), "imtl-l.learningRate"],
    ["a temperature of zero", () => dwa({ temperature: 0 }), "dwa.temperature"],
    ["a period of zero", () => dwa({ period: 0 }), "dwa.period"],
    ["a negative weight decay", () => famo({ weightDecay: -1 }), "famo.weightDecay"],
    ["an unknown key", () => famoMethod.parse({ decay: 1 }, "famo"), "famo.decay"],
    [
      "a preference of another length",
      () => plan(stchMethod, stch({ preference: [1] }), 2),
      "the length of the preference"
    ],
    ["a reference of another length", () => plan(pbiMethod, pbi({ reference: [1] }), 2), "the length of the reference"],
    ["weights of another length", () => plan(cosmosMethod, cosmos({ weights: [1] }), 2), "the length of the weights"],
    [
      "bounds of another length",
      () => plan(famoMethod, famo({ lowerBounds: [1] }), 2),
      "the length of the lower bounds"
    ]
  ] as const) {
    test(name, () => expect(refusal(call).place).toBe(place))
  }
})

describe("the ends of the domain", () => {
  test("famo takes a loss at its bound: nearly all of the weight", () => {
    const seen = weights(famoMethod, famo(), of(0, 1))
    expect(seen[0]).toBeGreaterThan(1 - 1e-7)
    expect((seen[0] ?? 0) + (seen[1] ?? 0)).toBeCloseTo(1, 14)
  })

  test("losses 10³⁰⁰ apart have finite weights", () => {
    const losses = of(1e-150, 1, 1e150)
    for (const seen of [
      weights(stchMethod, stch(), losses),
      weights(geometricMeanMethod, geometricMean(), losses),
      weights(famoMethod, famo(), losses),
      weights(cosmosMethod, cosmos(), losses),
      weights(pbiMethod, pbi(), losses),
      weights(pbiMethod, pbi(), of(1.7e308, 1.7e308, -1.7e308))
    ]) {
      for (const weight of seen) expect(weight).toBeFinite()
    }
    // S / (m L_i) with S = 1.
    const seen = weights(geometricMeanMethod, geometricMean(), losses)
    expect(relativeDistance(seen, [1e150 / 3, 1 / 3, 1e-150 / 3])).toBeLessThan(1e-12)
  })

  test("cosmos of losses that are all zero is the weighted sum", () => {
    expect(Array.from(weights(cosmosMethod, cosmos({ weights: [1, 3] }), of(0, 0)))).toEqual([1, 3])
  })

  test("cosmos without lambda is the weighted sum", () => {
    expect(Array.from(weights(cosmosMethod, cosmos({ lambda: 0, weights: [1, 3] }), of(5, 2)))).toEqual([1, 3])
  })

  test("pbi on its ray, at any scale, has the weights' own direction", () => {
    const ray = [0.1, 0.2, 0.7]
    const length = Math.sqrt(0.54)
    for (const scale of [1e-200, 1, 3, 7.7, 1e200]) {
      const seen = weights(
        pbiMethod,
        pbi({ weights: ray }),
        Float64Array.from(ray, (entry) => entry * scale)
      )
      expect(relativeDistance(seen, [0.1 / length, 0.2 / length, 0.7 / length])).toBeLessThan(1e-15)
    }
  })

  test("pbi's weights do not depend on the unit of the losses", () => {
    const at = (scale: number) => weights(pbiMethod, pbi({ weights: [1, 2] }), of(3 * scale, 1 * scale))
    expect(relativeDistance(at(1e-280), at(1))).toBeLessThan(1e-14)
    expect(relativeDistance(at(1e280), at(1))).toBeLessThan(1e-14)
  })

  test("one objective", () => {
    const loss = of(3)
    expect(Array.from(weights(stchMethod, stch(), loss))).toEqual([1])
    expect(Array.from(weights(tchebycheffMethod, tchebycheff(), loss))).toEqual([1])
    expect(weights(geometricMeanMethod, geometricMean(), loss)[0]).toBeCloseTo(1, 14)
    expect(Array.from(weights(famoMethod, famo(), loss))).toEqual([1])
    expect(Array.from(weights(dwaMethod, dwa(), loss))).toEqual([1])
    expect(Array.from(weights(cosmosMethod, cosmos(), loss))).toEqual([1])
    expect(Array.from(weights(pbiMethod, pbi(), loss))).toEqual([1])
  })
})

test("rows can conflict with the direction of every scalarization", () => {
  // The long row has the smaller loss and some weight; the short one points the other way.
  const rows = [[-1], [100]]
  const losses = of(1, 0.9)
  for (const { direction } of [
    weigh(stchMethod, stch(), rows, losses),
    weigh(geometricMeanMethod, geometricMean(), rows, losses),
    weigh(uwMethod, uw(), rows, losses),
    weigh(imtlLMethod, imtlL(), rows, losses),
    weigh(dwaMethod, dwa(), rows, losses),
    weigh(famoMethod, famo(), rows, losses),
    weigh(cosmosMethod, cosmos(), rows, losses),
    weigh(pbiMethod, pbi({ theta: 0 }), rows, losses)
  ]) {
    expect(direction[0]).toBeGreaterThan(1)
  }
  expect(weigh(tchebycheffMethod, tchebycheff(), rows, losses).direction[0]).toBeLessThan(0)
})
