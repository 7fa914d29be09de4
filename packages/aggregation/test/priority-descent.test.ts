import { describe, expect, test } from "bun:test"
import type { Method, Specification } from "../src/method.ts"
import { bloop, bloopMethod } from "../src/priority/bloop.ts"
import { dynamicBarrier, dynamicBarrierMethod } from "../src/priority/dynamic-barrier.ts"
import { mixed, mixedMethod } from "../src/priority/mixed.ts"
import { priorityPcgrad, priorityPcgradMethod } from "../src/priority/priority-pcgrad.ts"
import { plan, weighRows } from "./plan.ts"

/**
 * The example of section 3.3 of arXiv 2402.02998: the main objective a² / 2 and the auxiliary ((a − 1)² + b²) / 2, from
 * (2, 2). The main one is least where a = 0, and there the auxiliary one is least at the origin.
 */
function descend<A extends Specification>(method: Method<A>, specification: A, step: number, steps: number) {
  using planned = plan(method, specification, 2)
  let [a, b] = [2, 2]
  for (let k = 0; k < steps; k++) {
    const { direction } = weighRows(planned, [
      [a, 0],
      [a - 1, b]
    ])
    a -= step * (direction[0] ?? 0)
    b -= step * (direction[1] ?? 0)
  }
  return { a, b }
}

describe("a main objective with a flat direction", () => {
  test("Bloop reaches the optimum among the main one's minima, whatever lambda is", () => {
    for (const [lambda, steps] of [
      [0.1, 400],
      [1, 60],
      [5, 60]
    ] as const) {
      const { a, b } = descend(bloopMethod, bloop({ lambda }), 1 / (1 + lambda), steps)
      expect(Math.abs(a)).toBeLessThan(1e-4)
      expect(Math.abs(b)).toBeLessThan(1e-4)
    }
  })

  test("Bloop is there after some ten steps of the size that suits the weighted sum", () => {
    const { a, b } = descend(bloopMethod, bloop({ lambda: 1 }), 0.5, 10)
    expect(Math.max(Math.abs(a), Math.abs(b))).toBeLessThan(3e-3)
  })

  test("the dynamic barrier takes the same path", () => {
    for (const steps of [1, 3, 10]) {
      const one = descend(bloopMethod, bloop({ lambda: 1 }), 0.5, steps)
      const other = descend(dynamicBarrierMethod, dynamicBarrier({ lambda: 1 }), 0.5, steps)
      expect(other.a).toBeCloseTo(one.a, 12)
      expect(other.b).toBeCloseTo(one.b, 12)
    }
  })

  test("the mixed direction ends at lambda / (1 + lambda)", () => {
    for (const lambda of [0.25, 1]) {
      const { a, b } = descend(mixedMethod, mixed({ lambda }), 1 / (1 + lambda), 300)
      expect(a).toBeCloseTo(lambda / (1 + lambda), 10)
      expect(b).toBeCloseTo(0, 10)
    }
  })

  test("PCGrad sticks short of it", () => {
    const { a, b } = descend(priorityPcgradMethod, priorityPcgrad({ lambda: 1 }), 0.5, 300)
    expect(a).toBeCloseTo(0.258, 3)
    expect(b).toBeCloseTo(0, 6)
  })
})
