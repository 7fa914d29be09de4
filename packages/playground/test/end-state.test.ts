/** What is said of a path's end. */
import { describe, expect, test } from "bun:test"
import { endState, endStateText, type PathFacts } from "../src/rooms/trajectories/end-state.ts"

const facts: PathFacts = {
  startDistance: 2,
  distance: 0.5,
  length: 1.6,
  lastTenth: 0.1,
  straight: 1.5,
  shortest: 0.4,
  increases: [0, 0],
  extents: [4, 4],
  isStochastic: false
}
const said = (changes: Partial<PathFacts>) => endStateText(endState({ ...facts, ...changes }))

describe("a path", () => {
  test("that still moves is on its way", () => {
    expect(said({})).toBe("on its way, 0.50 from the Pareto set")
  })

  test("within a hundredth of where it started from has arrived", () => {
    expect(said({ distance: 0.004 })).toBe("on the Pareto set, to 4e−3")
    expect(said({ distance: 0.021 })).toBe("on its way, 0.02 from the Pareto set")
  })

  test("that started on the set is on it only where it stayed", () => {
    expect(said({ startDistance: 0, distance: 0 })).toBe("on the Pareto set, to 0")
    expect(said({ startDistance: 0, distance: 0.001 })).toBe("on its way, 1e−3 from the Pareto set")
  })

  test("that no longer moves is stuck, and weakly stationary where no combination of gradients is left", () => {
    expect(said({ lastTenth: 0 })).toBe("stuck 0.50 from the Pareto set")
    expect(said({ lastTenth: 0, shortest: 1e-4 })).toBe("stuck 0.50 from the Pareto set: weakly stationary")
    expect(said({ length: 0, straight: 0, lastTenth: 0 })).toBe("stuck 0.50 from the Pareto set")
  })

  test("that let an objective rise is told so, from a hundredth of the picture on", () => {
    expect(said({ increases: [1.23, 0.03] })).toBe("on its way, 0.50 from the Pareto set; f₁ rose by 1.23")
  })

  test("of twice the straight way zig-zags", () => {
    expect(said({ length: 4.5 })).toContain("zig-zags: 3.00 times the straight way")
    expect(said({ length: 2.9 })).not.toContain("zig-zags")
  })

  test("of estimates is not blamed for noise", () => {
    expect(said({ isStochastic: true, increases: [9, 9], length: 100, lastTenth: 10 })).toBe(
      "on its way, 0.50 from the Pareto set"
    )
  })

  test("that left the numbers has diverged", () => {
    expect(said({ distance: Number.NaN })).toBe("diverged")
  })
})
