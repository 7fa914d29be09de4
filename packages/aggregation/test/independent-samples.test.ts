/** Independent estimates: the cross Gramian, and what it is good for. */
import { describe, expect, test } from "bun:test"
import {
  aggregate,
  drawsOf,
  independentSamples,
  linearizeJacobian,
  modo,
  planAggregator,
  sdmgrad
} from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"

const wasm = await loadWasm()
const first = linearizeJacobian([
  [1, 2, 0],
  [0, 1, -1]
])
const second = linearizeJacobian([
  [2, 0, 1],
  [1, 1, 1]
])
const third = linearizeJacobian(
  [
    [1, 0, 0],
    [0, 0, 1]
  ],
  [5, 6]
)

describe("independent samples", () => {
  const together = independentSamples({ weigh: [first, second], update: third })

  test("have the Gramian J₁ J₂ᵀ, which is not symmetric", () => {
    expect([...together.gramian().values]).toEqual([2, 3, -1, 0])
  })

  test("have values and pullback of the third", () => {
    expect([...together.values]).toEqual([5, 6])
    expect([...together.pullback(Float64Array.of(2, 3))]).toEqual([2, 0, 3])
  })

  test("serve MoDo and SDMGrad", () => {
    // MoDo: λ = P(λ − γ (M λ + ρ λ)) from λ = (½, ½): M λ = (2.5, −.5), so λ − .1 (2.5 + .05, −.5 + .05) = (.245, .545),
    // whose projection onto the simplex adds .105 to each.
    const { weights, direction } = aggregate(wasm, modo({ gamma: 0.1, rho: 0.1 }), together)
    expect(weights[0]).toBeCloseTo(0.35, 12)
    expect(weights[1]).toBeCloseTo(0.65, 12)
    expect(direction[2]).toBeCloseTo(0.65, 12)
    expect(aggregate(wasm, sdmgrad(), together).weights.every(Number.isFinite)).toBe(true)
  })

  test("estimate the Gramian without bias where one sample squares its noise", () => {
    // J = (1, 1) with noise of deviation 1 in each of 50 entries: E ‖g‖² = 2 + 50, E g₁·g₂ = 2.
    const draws = drawsOf(wasm.functions, 1, 1)
    const sample = () => linearizeJacobian([Array.from({ length: 50 }, (_, k) => (k < 2 ? 1 : 0) + draws.normal())])
    const rounds = 4000
    let [own, cross] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      const [a, b] = [sample(), sample()]
      own += (a.gramian().values[0] ?? 0) / rounds
      cross += (independentSamples({ weigh: [a, b], update: a }).gramian().values[0] ?? 0) / rounds
    }
    // The variance of the cross product is 50 + 4: three standard errors are 0.35.
    expect(Math.abs(cross - 2)).toBeLessThan(0.35)
    expect(own).toBeGreaterThan(50)
  })

  test("of other sizes are refused", () => {
    const short = linearizeJacobian([[1, 2, 0]])
    expect(() => independentSamples({ weigh: [first, short], update: third })).toThrow(InputError)
  })

  test("MoDo plans once and remembers", () => {
    using planned = planAggregator(wasm, modo(), { objectives: 2, parameters: 3 })
    const once = planned.aggregate(together).weights?.slice()
    expect([...(planned.aggregate(together).weights ?? [])]).not.toEqual([...(once ?? [])])
  })
})
