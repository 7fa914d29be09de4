import { describe, expect, test } from "bun:test"
import { loadWasm } from "@dualcone/wasm"

describe("loadWasm", () => {
  test("loads once: every call has the same module", async () => {
    const [first, second] = await Promise.all([loadWasm(), loadWasm()])
    expect(second).toBe(first)
    expect(first.memory).toBeInstanceOf(WebAssembly.Memory)
  })

  test("gives classes that compute: UPGrad of two rows that conflict", async () => {
    const wasm = await loadWasm()
    using solver = new wasm.DualConeSolver(2, "none", 0, "pivoting", 1)
    new Float64Array(wasm.memory.buffer, solver.gramianPointer, 4).set([18, -22, -22, 38])
    solver.upgrad(solver.gramianPointer)
    const [w1 = 0, w2 = 0] = new Float64Array(wasm.memory.buffer, solver.weightsPointer, 2)
    // Each gradient less its component along the other: (1 + 22/18) / 2 and (1 + 22/38) / 2.
    expect(w1).toBeCloseTo(10 / 9, 12)
    expect(w2).toBeCloseTo(15 / 19, 12)
  })
})
