import { describe, expect, test } from "bun:test"
import { type Aggregator, aggregate, dualproj, linearizeJacobian, strict, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import { type Rows, samples, uniform } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()
const exact = { ridge: { kind: "none" } } as const
const direction = (aggregator: Aggregator, rows: Rows) => aggregate(wasm, aggregator, linearizeJacobian(rows)).direction

/** A permutation of 0 … m − 1 by Fisher and Yates. */
function permutation(m: number, seed: number): readonly number[] {
  const next = uniform(seed)
  const order = Array.from({ length: m }, (_, i) => i)
  for (let i = m - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    const held = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = held
  }
  return order
}

const reordered = (rows: Rows, order: readonly number[]) => order.map((i) => rows[i] ?? [])
const scaled = (rows: Rows, factors: readonly number[]) =>
  rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1)))

for (const { name, rows } of samples) {
  const m = rows.length
  const longest = Math.max(...rows.map(length))

  describe(name, () => {
    for (const [method, make] of [
      ["upgrad", upgrad],
      ["dualproj", dualproj]
    ] as const) {
      test(`${method}, strict: no row conflicts with the direction`, () => {
        const d = direction(make({ ridge: strict }), rows)
        for (const row of rows) expect(dot(row, d)).toBeGreaterThan(-1e-6 * length(row) * longest)
      })

      test(`${method}: a permutation of the rows leaves the direction`, () => {
        const expected = direction(make(), rows)
        const seen = direction(make(), reordered(rows, permutation(m, 7)))
        expect(relativeDistance(seen, expected)).toBeLessThan(1e-9)
      })

      test(`${method}: a factor common to all rows multiplies the direction`, () => {
        for (const factor of [1e-30, 1e-6, 1e12]) {
          const expected = direction(make(), rows).map((entry) => entry * factor)
          const seen = direction(
            make(),
            scaled(
              rows,
              Array.from(rows, () => factor)
            )
          )
          expect(relativeDistance(seen, expected)).toBeLessThan(1e-9)
        }
      })

      test(`${method}: the optimality conditions hold`, () => {
        // The Karush-Kuhn-Tucker conditions of DualProj: u ≤ w, 0 ≤ Gw, uᵀGw = wᵀGw. UPGrad's weights are a mean of
        // solutions with bounds e_i, so that u ≤ w and 0 ≤ Gw hold for it too.
        const linearization = linearizeJacobian(rows)
        const { weights, direction: d } = aggregate(wasm, make(exact), linearization)
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual((1 - 1e-12) / m)
        const products = rows.map((row) => dot(row, d))
        products.forEach((product, i) => {
          expect(product).toBeGreaterThan(-1e-6 * length(rows[i] ?? []) * longest)
        })
        if (method === "upgrad") return
        const boundary = products.reduce((sum, product) => sum + product / m, 0)
        expect(Math.abs(boundary - dot(weights, products))).toBeLessThan(1e-6 * longest * longest)
      })
    }

    test("upgrad with a diagonal ridge is linear under scaling of the rows", () => {
      // A(diag(c) J) is linear in c > 0: at c = a + b it is the sum of those at a and b.
      const next = uniform(m)
      const a = Array.from(rows, () => 0.1 + next())
      const b = Array.from(rows, () => 10 * next() + 0.01)
      const together = a.map((entry, i) => entry + (b[i] ?? 0))
      const at = (factors: readonly number[]) =>
        direction(upgrad({ ridge: { kind: "diagonal", epsilon: 1e-4 } }), scaled(rows, factors))
      const [atA, atB] = [at(a), at(b)]
      const expected = atA.map((entry, k) => entry + (atB[k] ?? 0))
      expect(relativeDistance(at(together), expected)).toBeLessThan(1e-9)
    })

    test("upgrad is linear in the preference", () => {
      const next = uniform(m + 1)
      const preference = Array.from(rows, () => 0.1 + next())
      const unit = direction(upgrad({ preference }), rows)
      const third = direction(upgrad({ preference: preference.map((entry) => entry / 3) }), rows)
      expect(
        relativeDistance(
          third.map((entry) => entry * 3),
          unit
        )
      ).toBeLessThan(1e-12)
    })
  })
}
