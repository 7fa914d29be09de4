import { describe, expect, test } from "bun:test"
import { type ExcessMTLOptions, excessMtl, linearizeJacobian, planAggregator } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { heavyTailedRows, normalRows, type Rows } from "./samplers.ts"
import { dot, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()

function weights(calls: readonly Rows[], options: ExcessMTLOptions = {}): readonly (readonly number[])[] {
  const [first = []] = calls
  using planned = planAggregator(wasm, excessMtl(options), {
    objectives: first.length,
    parameters: first[0]?.length ?? 0
  })
  return calls.map((rows) => Array.from(planned.aggregate(linearizeJacobian(rows)).weights ?? []))
}

const steep = [
  [2, 0],
  [1, 0]
]
const swapped = [
  [1, 0],
  [2, 0]
]
const normalised = (entries: readonly number[]) => {
  const total = entries.reduce((sum, entry) => sum + entry, 0)
  return entries.map((entry) => entry / total)
}

describe("ExcessMTL", () => {
  test("weighs the first call by its own excess: [e², e] / (e² + e)", () => {
    const [first = []] = weights([steep])
    expect(relativeDistance(first, normalised([Math.exp(2), Math.exp(1)]))).toBeLessThan(1e-7)
  })

  test("divides later calls by the first excess", () => {
    // S = [[5, 0], [5, 0]], so that e = [1/√5, 4/√5], beside e⁰ = [2, 1].
    const [, second = []] = weights([steep, swapped])
    const exponents = [2 + 1 / (2 * Math.sqrt(5)), 1 + 4 / Math.sqrt(5)]
    expect(relativeDistance(second, normalised(exponents.map(Math.exp)))).toBeLessThan(1e-6)
  })

  test("answers with equal weights during the warm-up, whose mean excess is the baseline", () => {
    // e of the three calls: [2, 1], [1, 4]/√5, [4/3, 1/√6].
    const [first, second, third = []] = weights([steep, swapped, steep], { warmupSteps: 2 })
    expect([first, second]).toEqual([
      [0.5, 0.5],
      [0.5, 0.5]
    ])
    const baseline = [(2 + 1 / Math.sqrt(5)) / 2, (1 + 4 / Math.sqrt(5)) / 2]
    const exponents = [4 / 3 / (baseline[0] ?? 1), 1 / Math.sqrt(6) / (baseline[1] ?? 1)]
    expect(relativeDistance(third, normalised(exponents.map(Math.exp)))).toBeLessThan(1e-6)
  })

  test("is the recurrence of its formula", () => {
    const [m, n, eta] = [4, 7, 0.3]
    const calls = Array.from({ length: 12 }, (_, k) => heavyTailedRows(m, n, 40 + k))
    const squares = new Float64Array(m * n)
    let expected = new Array<number>(m).fill(1 / m)
    let baseline: readonly number[] | undefined
    weights(calls, { robustStepSize: eta }).forEach((seen, call) => {
      const excess = (calls[call] ?? []).map((row, i) =>
        row.reduce((sum, entry, k) => {
          const total = (squares[i * n + k] ?? 0) + entry * entry
          squares[i * n + k] = total
          return sum + (entry * entry) / Math.sqrt(total + 1e-7)
        }, 0)
      )
      const relative = baseline === undefined ? excess : excess.map((e, i) => e / ((baseline?.[i] ?? 0) + 1e-7))
      baseline ??= excess
      expected = normalised(expected.map((weight, i) => weight * Math.exp(eta * (relative[i] ?? 0))))
      expect(relativeDistance(seen, expected)).toBeLessThan(1e-10)
    })
  })

  test("has weights on the simplex, and the direction Jᵀ w", () => {
    const rows = normalRows(5, 9, 6)
    using planned = planAggregator(wasm, excessMtl(), { objectives: 5, parameters: 9 })
    for (let call = 0; call < 4; call++) {
      const { weights: w, direction } = planned.aggregate(linearizeJacobian(rows))
      if (w === null) throw new Error("ExcessMTL has weights")
      expect(Math.abs(w.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThan(1e-14)
      expect(Math.min(...w)).toBeGreaterThanOrEqual(0)
      expect(relativeDistance(direction, linearizeJacobian(rows).pullback(w))).toBeLessThan(1e-15)
    }
  })

  test("leaves no weight stuck at 0", () => {
    // After one call with a gap of 10¹⁵⁰ the weights are 1 and 0; as much excess on the other side brings it back.
    const huge = [[1e150], [1]]
    const [first, second] = weights([huge, [[1], [1e160]]])
    expect(first).toEqual([1, 0])
    expect(second).toEqual([0, 1])
  })

  test("can conflict with a row", () => {
    using planned = planAggregator(wasm, excessMtl(), { objectives: 2, parameters: 1 })
    const { direction } = planned.aggregate(linearizeJacobian([[4], [-2]]))
    expect(dot(direction, [-2])).toBeLessThan(0)
  })

  test("refuses a step of 0 and a warm-up of half a call", () => {
    expect(() => excessMtl({ robustStepSize: 0 })).toThrow("excess-mtl.robustStepSize is 0")
    expect(() => excessMtl({ warmupSteps: 0.5 })).toThrow("excess-mtl.warmupSteps is 0.5")
  })
})
