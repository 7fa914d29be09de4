/** CAGrad where the shortest vector that it looks along all but vanishes. */
import { describe, expect, test } from "bun:test"
import { cagrad, cagradMethod } from "../src/methods/cagrad.ts"
import { weigh } from "./plan.ts"
import { normalRows, type Rows } from "./samplers.ts"

const C = 0.5

/**
 * ‖Jᵀ v‖ / ‖J‖ of two rows, v = (t, 1 - t) minimising vᵀ G u + c ‖g₀‖ ‖Jᵀ v‖, by a search over t that narrows: an
 * independent solution of the definition.
 */
function shareOf(rows: Rows): number {
  const [g = [], h = []] = rows
  const at = (t: number) => g.map((entry, k) => t * entry + (1 - t) * (h[k] ?? 0))
  const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0)
  const middle = at(0.5)
  const worth = (t: number) => product(at(t), middle) + C * Math.hypot(...middle) * Math.hypot(...at(t))
  let [low, high] = [0, 1]
  for (let k = 0; k < 200; k++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3]
    if (worth(a) < worth(b)) high = b
    else low = a
  }
  const best = [0, 1, (low + high) / 2].reduce((found, t) => (worth(t) < worth(found) ? t : found))
  return Math.hypot(...at(best)) / Math.hypot(...g, ...h)
}

const weightsOf = (rows: Rows, leastNorm?: number) =>
  Array.from(weigh(cagradMethod, cagrad({ c: C, ...(leastNorm === undefined ? {} : { leastNorm }) }), rows).weights)

describe("the least norm of CAGrad", () => {
  test("gives weights of 0 just where ‖Jᵀ v‖ is below it, and else those of the maximiser", () => {
    for (let seed = 0; seed < 60; seed++) {
      const [first = [], second = []] = normalRows(2, 3, seed)
      const scale = 10 ** -(seed % 6)
      const rows = [first, second.map((entry) => scale * entry)]
      const share = shareOf(rows)
      if (share < 1e-7) continue
      const maximiser = weightsOf(rows)
      expect(weightsOf(rows, 0.99 * share)).toEqual(maximiser)
      expect(weightsOf(rows, 1.01 * share)).toEqual([0, 0])
    }
  })

  test("counts stationary rows and rows of zeros as norms of 0", () => {
    // The ball around (0, 1) reaches the dual cone {(0, y), y ≥ 0}.
    const stationary = [
      [1, 0],
      [-1, 0],
      [0, 3]
    ]
    const withZero = [
      [1, 0],
      [0, 1],
      [0, 0]
    ]
    for (const rows of [stationary, withZero]) {
      expect(weightsOf(rows, 1e-9)).toEqual(rows.map(() => 0))
      expect(weightsOf(rows).some((weight) => weight !== 0)).toBe(true)
    }
  })

  test("changes nothing for rows that agree, whatever their unit", () => {
    const rows = [
      [-4, 1, 1],
      [6, 1, 1]
    ]
    for (const unit of [1, 1e-9, 1e9]) {
      const scaled = rows.map((row) => row.map((entry) => unit * entry))
      expect(weightsOf(scaled, 1e-4)).toEqual(weightsOf(scaled))
    }
  })
})
