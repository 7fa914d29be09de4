/** The weight solver and the functions of the module, through their buffers. */
import { describe, expect, test } from "bun:test"
import { loadWasm } from "@dualcone/wasm"

const wasm = await loadWasm()
const gramian = [18, -22, -22, 38]

/** A solver with G of [[-4, 1, 1], [6, 1, 1]] in place, and views of its buffers. */
function planned() {
  const solver = new wasm.WeightSolver(2)
  const view = (pointer: number, length: number) => new Float64Array(wasm.memory.buffer, pointer, length)
  view(solver.gramianPointer, 4).set(gramian)
  return {
    solver,
    at: solver.gramianPointer,
    weights: () => Array.from(view(solver.weightsPointer, 2)),
    preference: view(solver.preferencePointer, 2),
    state: view(solver.statePointer, 2),
    report: () => Array.from(view(solver.reportPointer, solver.reportLength))
  }
}

type Planned = ReturnType<typeof planned>

/** Published weights of the Gramian above, to four digits. */
const published: readonly (readonly [string, (planned: Planned) => void, readonly [number, number]])[] = [
  ["mgda", ({ solver, at }) => solver.mgda(at), [0.6, 0.4]],
  ["frankWolfe", ({ solver, at }) => solver.frankWolfe(at, 1e-3, 100), [0.6, 0.4]],
  ["cagrad", ({ solver, at }) => solver.cagrad(at, 0.5), [0.7041, 0.5]],
  ["nashMtl", ({ solver, at }) => solver.nashMtl(at, 1), [0.4182, 0.2878]],
  ["nashMtlOfficial", ({ solver, at }) => solver.nashMtlOfficial(at, 1, 20), [0.4182, 0.2878]],
  ["fairgrad", ({ solver, at }) => solver.fairgrad(at, 2), [0.4714, 0.3195]],
  ["alignedMtl", ({ solver, at }) => solver.alignedMtl(at, 0), [0.5591, 0.4083]],
  ["imtlG", ({ solver, at }) => solver.imtlG(at), [0.5923, 0.4077]]
]

describe("WeightSolver", () => {
  for (const [name, run, expected] of published) {
    test(`${name} gives the published weights and converges`, () => {
      const plan = planned()
      run(plan)
      expect(plan.weights()[0]).toBeCloseTo(expected[0], 4)
      expect(plan.weights()[1]).toBeCloseTo(expected[1], 4)
      expect(plan.report()[0]).toBe(1)
      plan.solver.free()
    })
  }

  test("starts from the preference 1/m each and the state 1 each", () => {
    const { solver, preference, state } = planned()
    expect(Array.from(preference)).toEqual([0.5, 0.5])
    expect(Array.from(state)).toEqual([1, 1])
    solver.free()
  })

  test("the official Nash-MTL leaves its last iterate in the state and goes on from there", () => {
    const { solver, at, state, report } = planned()
    solver.nashMtlOfficial(at, 1, 1)
    const first = Array.from(state)
    expect(first).not.toEqual([1, 1])
    solver.nashMtlOfficial(at, 1, 20)
    expect(report()[0]).toBe(1)
    solver.free()
  })

  test("pcd reads its bounds from the preference: the nearest point of a half plane", () => {
    const { solver, at, preference, weights } = planned()
    new Float64Array(wasm.memory.buffer, at, 4).set([1, -1, -1, 2]) // rows (1, 0) and (-1, 1)
    preference.set([Number.NaN, 0.5])
    solver.pcd(at)
    expect(weights()[0]).toBe(1)
    expect(weights()[1]).toBeCloseTo(0.75, 14)
    solver.free()
  })

  test("config follows the preference", () => {
    const { solver, at, preference, weights } = planned()
    solver.config(at)
    const even = weights()
    preference.set([2, 2])
    solver.config(at)
    expect(weights()[0]).toBeCloseTo(even[0] ?? 0, 12)
    preference.set([1, 5])
    solver.config(at)
    expect(Math.abs((weights()[0] ?? 0) - (even[0] ?? 0))).toBeGreaterThan(0.01)
    solver.free()
  })

  test("bad input is thrown as a rule, a place and a value", () => {
    const { solver, at } = planned()
    expect(() => solver.alignedMtl(at, 3)).toThrow("the scale mode of Aligned-MTL")
    expect(() => solver.cagrad(at, -1)).toThrow("the c of CAGrad")
    expect(() => solver.mgda(at + 4)).toThrow("the pointer to the Gramian")
    new Float64Array(wasm.memory.buffer, at, 1)[0] = Number.NaN
    expect(() => solver.mgda(at)).toThrow("row 0, column 0 of the Gramian")
    expect(() => new wasm.WeightSolver(0)).toThrow("the number of objectives")
    solver.free()
  })
})

describe("functions", () => {
  test("agree with JavaScript's to two units in the last place", () => {
    const { functions } = wasm
    for (let x = -20; x <= 20; x += 0.37) {
      const pairs = [
        [functions.exp(x), Math.exp(x)],
        [functions.sin(x), Math.sin(x)],
        [functions.cos(x), Math.cos(x)],
        [functions.tanh(x), Math.tanh(x)],
        [functions.log(x * x), Math.log(x * x)],
        [functions.log1p(x * x), Math.log1p(x * x)],
        [functions.pow(x * x, x), (x * x) ** x]
      ] as const
      for (const [ours, theirs] of pairs) {
        expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.abs(theirs))
      }
    }
  })

  test("sin and cos reduce large angles exactly", () => {
    // sin(10^22), the classic: Ng, "Argument Reduction for Huge Arguments" (1992).
    expect(wasm.functions.sin(1e22)).toBeCloseTo(-0.8522008497671888, 15)
  })
})
