import { describe, expect, test } from "bun:test"
import {
  aggregate,
  constant,
  dualproj,
  type Gramian,
  knownWeights,
  linearizeGramian,
  linearizeJacobian,
  mean,
  sum,
  upgrad,
  weighBatch,
  weighting
} from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { heavyTailedRows } from "./samplers.ts"

const wasm = await loadWasm()
const bits = (weights: Float64Array) => Array.from(new BigUint64Array(weights.slice().buffer))

describe("a planned weighting", () => {
  for (const [name, make] of [
    ["upgrad", upgrad],
    ["dualproj", dualproj]
  ] as const) {
    test(`${name}: a Gramian in the module's memory is solved in place, to the same bits as a copy`, () => {
      for (const m of [2, 7, 32, 70]) {
        const gramian = linearizeJacobian(heavyTailedRows(m, m + 5, m)).gramian()
        using planned = weighting(wasm, make(), m)
        const copied = bits(planned.weigh(gramian).weights)

        using owner = new wasm.DualConeSolver(m, "none", 0, "pivoting", 1)
        const values = new Float64Array(wasm.memory.buffer, owner.gramianPointer, m * m)
        values.set(gramian.values)
        // Overwrites the planned weighting's own Gramian, which an in-place solve must not look at.
        planned.weigh({ objectives: m, values: identity(m) })
        const inPlace = planned.weigh({ objectives: m, values })
        expect(bits(inPlace.weights)).toEqual(copied)
        expect(Array.from(values)).toEqual(Array.from(gramian.values))
      }
    })

    test(`${name}: does not remember earlier Gramians`, () => {
      const [first, second] = [1, 2].map((seed) => linearizeJacobian(heavyTailedRows(12, 20, seed)).gramian())
      if (first === undefined || second === undefined) throw new Error("two Gramians were made")
      using planned = weighting(wasm, make(), 12)
      const before = bits(planned.weigh(first).weights)
      planned.weigh(second)
      expect(bits(planned.weigh(first).weights)).toEqual(before)
    })
  }

  test("keeps its weights readable after the memory has grown", () => {
    using planned = weighting(wasm, upgrad(), 2)
    planned.weigh({ objectives: 2, values: identity(2) })
    const { buffer } = wasm.memory
    using _large = weighting(wasm, upgrad(), 1500)
    expect(wasm.memory.buffer).not.toBe(buffer)
    const { weights } = planned.weigh({ objectives: 2, values: Float64Array.of(18, -22, -22, 38) })
    expect(weights[0]).toBeCloseTo(1.1109, 4)
  })

  test("gives its memory back", () => {
    const plan = () => weighting(wasm, upgrad(), 400)[Symbol.dispose]()
    plan()
    const { byteLength } = wasm.memory.buffer
    for (let i = 0; i < 20; i++) plan()
    expect(wasm.memory.buffer.byteLength).toBe(byteLength)
  })

  test("may be disposed twice, and says so when it is used afterwards", () => {
    const planned = weighting(wasm, upgrad(), 2)
    planned[Symbol.dispose]()
    planned[Symbol.dispose]()
    expect(() => planned.weigh({ objectives: 2, values: identity(2) })).toThrow("disposed")
  })

  test("carries a certificate that counts every projection", () => {
    const m = 20
    const { certificate } = aggregate(wasm, upgrad(), linearizeJacobian(heavyTailedRows(m, 40, 3)))
    if (certificate?.kind !== "dual-cone") throw new Error("UPGrad has a certificate of its projections")
    const { rows } = certificate
    expect(rows.total).toBe(m)
    expect(rows.certified).toBe(m)
    expect(rows.trivial + rows.pivoting + rows.lawsonHanson + rows.clarabel).toBe(m)
    expect(certificate.residual).toBeLessThan(1e-10)
    expect(certificate.ridge).toEqual({ kind: "trace", epsilon: 1e-4 })
    expect(JSON.parse(JSON.stringify(certificate))).toEqual({
      ...certificate,
      worstConflict: certificate.worstConflict + 0
    })
  })
})

describe("known weights", () => {
  test("of methods that need no Gramian", () => {
    expect(knownWeights(mean(), 4)).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25))
    expect(knownWeights(sum(), 2)).toEqual(Float64Array.of(1, 1))
    expect(knownWeights(constant({ weights: [1, -2] }), 2)).toEqual(Float64Array.of(1, -2))
  })

  test("are null for the others", () => {
    expect(knownWeights(upgrad(), 2)).toBeNull()
    expect(knownWeights(dualproj(), 2)).toBeNull()
  })
})

describe("a batch of problems", () => {
  test("has the weights of each problem alone, to the bit", () => {
    const gramians = [4, 5, 6].map((seed) => linearizeJacobian(heavyTailedRows(6, 9, seed)).gramian())
    const values = Float64Array.from(gramians.flatMap((gramian) => Array.from(gramian.values)))
    const { weights, certificates } = weighBatch(wasm, upgrad(), { problems: 3, objectives: 6, values })
    const alone = gramians.flatMap((gramian) => bits(aggregate(wasm, upgrad(), linearizeGramian(gramian)).weights))
    expect(bits(weights)).toEqual(alone)
    expect(certificates.map((certificate) => certificate?.status)).toEqual(["certified", "certified", "certified"])
  })
})

describe("a bare Gramian", () => {
  test("has weights and a certificate but no direction", () => {
    const gramian: Gramian = { objectives: 2, values: Float64Array.of(18, -22, -22, 38) }
    const { direction, weights, certificate } = aggregate(wasm, upgrad(), linearizeGramian(gramian))
    expect(direction).toBeNull()
    expect(weights[1]).toBeCloseTo(0.7894, 4)
    expect(certificate?.status).toBe("certified")
  })
})

function identity(m: number): Float64Array {
  return Float64Array.from({ length: m * m }, (_, k) => Number(Math.floor(k / m) === k % m))
}
