import { describe, expect, test } from "bun:test"
import { aggregate, conflicts, linearizeJacobian, mean, similarity, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { type Rows, samples } from "./samplers.ts"
import { dot, length } from "./vectors.ts"

const wasm = await loadWasm()
const gramian = (rows: Rows) => linearizeJacobian(rows).gramian()

describe("similarity", () => {
  test("of the mean with itself is 1", () => {
    for (const { rows } of samples) {
      const { weights } = aggregate(wasm, mean(), linearizeJacobian(rows))
      expect(similarity(gramian(rows), weights)).toBeCloseTo(1, 12)
    }
  })

  test("is the cosine of the two directions", () => {
    for (const { rows } of samples) {
      const linearization = linearizeJacobian(rows)
      const { direction, weights } = aggregate(wasm, upgrad(), linearization)
      const average = aggregate(wasm, mean(), linearization).direction
      const cosine = dot(direction, average) / (length(direction) * length(average))
      expect(similarity(linearization.gramian(), weights)).toBeCloseTo(cosine, 9)
    }
  })

  test("is 0 where the mean gradient is zero", () => {
    expect(similarity(gramian([[1], [-1]]), [1, 0])).toBe(0)
  })
})

describe("conflicts", () => {
  test("counts pairs with a negative product", () => {
    const rows = [
      [1, 0],
      [-1, 1],
      [0, -2],
      [1, 1]
    ]
    // Products: -1, 0, 1, -2, 0, -2.
    const { pairs, share, worstCosine } = conflicts(gramian(rows))
    expect(pairs).toBe(3)
    expect(share).toBe(0.5)
    expect(worstCosine).toBeCloseTo(-Math.SQRT1_2, 12)
  })

  test("of one row, and beside zero rows, are none", () => {
    expect(conflicts(gramian([[1, 2]]))).toEqual({ pairs: 0, share: 0, worstCosine: 1 })
    expect(conflicts(gramian([[0], [-3]]))).toEqual({ pairs: 0, share: 0, worstCosine: 1 })
  })

  test("find opposite rows at a cosine of -1, however short", () => {
    expect(conflicts(gramian([[1e-150], [-1e-150]])).worstCosine).toBeCloseTo(-1, 12)
  })
})
