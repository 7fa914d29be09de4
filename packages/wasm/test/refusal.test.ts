import { describe, expect, test } from "bun:test"
import { InputError, inputErrorOf, loadWasm, refusing } from "@dualcone/wasm"

const wasm = await loadWasm()

/** The error that `call` throws. */
function refusal(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error("nothing was refused")
}

/** What a solver says about a Gramian of two objectives. */
function solve(gramian: readonly number[]) {
  using solver = new wasm.DualConeSolver(2, "none", 0, "pivoting", 1)
  new Float64Array(wasm.memory.buffer, solver.gramianPointer, 4).set(gramian)
  return refusing(() => solver.upgrad(solver.gramianPointer))
}

describe("the module refuses, as an InputError,", () => {
  test("a number that is not finite, with its place", () => {
    const error = refusal(() => solve([1, 0, Number.NaN, 1]))
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ place: "row 1, column 0 of the Gramian", value: Number.NaN })
    const infinite = refusal(() => solve([1, Number.NEGATIVE_INFINITY, 0, 1]))
    expect(infinite).toMatchObject({ place: "row 0, column 1 of the Gramian", value: Number.NEGATIVE_INFINITY })
  })

  test("a negative squared norm and an asymmetric matrix", () => {
    expect(refusal(() => solve([1, 0, 0, -1]))).toMatchObject({ place: "row 1, column 1 of the Gramian", value: -1 })
    expect(refusal(() => solve([1, 0.5, -0.5, 1]))).toMatchObject({ place: "row 1, column 0 of the Gramian" })
  })

  test("unknown ridges and solvers, and no objectives", () => {
    const plan = (objectives: number, ridge: string, solver: string) =>
      refusal(() => refusing(() => new wasm.DualConeSolver(objectives, ridge, 1, solver, 1)))
    expect(plan(2, 'tr"ace', "pivoting")).toMatchObject({ place: "the kind of ridge", value: 'tr"ace' })
    expect(plan(2, "trace", "simplex")).toMatchObject({ place: "the solver", value: "simplex" })
    expect(plan(0, "trace", "pivoting")).toMatchObject({ place: "the number of objectives", value: 0 })
  })

  test("pointers that no Gramian can have", () => {
    using solver = new wasm.DualConeSolver(2, "none", 0, "pivoting", 1)
    for (const pointer of [0, 4, wasm.memory.buffer.byteLength - 24, 2 ** 32 - 8]) {
      const error = refusal(() => refusing(() => solver.upgrad(pointer)))
      expect(error).toMatchObject({ place: "the pointer to the Gramian", value: pointer })
    }
  })

  test("and solves again afterwards", () => {
    using solver = new wasm.DualConeSolver(1, "none", 0, "pivoting", 1)
    expect(() => solver.upgrad(0)).toThrow()
    new Float64Array(wasm.memory.buffer, solver.gramianPointer, 1).set([4])
    solver.upgrad(solver.gramianPointer)
    expect(new Float64Array(wasm.memory.buffer, solver.weightsPointer, 1)[0]).toBe(1)
  })
})

describe("other errors pass through unchanged:", () => {
  for (const [name, error] of [
    ["ordinary errors", new Error("unreachable")],
    ["a message that only looks like JSON", new Error("{broken")],
    ["JSON of another shape", new Error('{"rule":1}')],
    ["what is no error", "text"]
  ] as const) {
    test(name, () => expect(inputErrorOf(error)).toBe(error))
  }
})
