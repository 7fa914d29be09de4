/**
 * The properties that the list of methods states. What a method promises must hold on every Jacobian of the pool; what
 * it does not promise must fail on one of them, or the list says too little.
 */
import { describe, expect, test } from "bun:test"
import { type Aggregator, linearizeJacobian, methods, planAggregator } from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import { exampleOf } from "./examples.ts"
import { heavyTailedRows, normalRows, type Rows, uniform } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const wasm = await loadWasm()

/** Properties are those without ridge, or another number that is added to squared lengths. */
const OPTIONS: Readonly<Record<string, object>> = {
  upgrad: { ridge: { kind: "none" } },
  dualproj: { ridge: { kind: "none" } },
  pcd: { epsilon: 1e-20 }
}

/** Small Jacobians: more rows than columns and fewer, lengths alike and not. */
const pool: readonly Rows[] = [
  [
    [2, 0],
    [-4, 2]
  ],
  ...Array.from({ length: 60 }, (_, k) => normalRows(2 + (k % 3), 1 + (k % 4), 5000 + k)),
  ...Array.from({ length: 60 }, (_, k) => heavyTailedRows(2 + (k % 3), 1 + (k % 4), 6000 + k))
]

interface Outcome {
  readonly direction: Float64Array
  readonly weights: Float64Array | null
  readonly certified: boolean
}

/** The first call, or the call after one elsewhere; null where the method has no answer for such a Jacobian. */
function outcome(aggregator: Aggregator, rows: Rows, before?: Rows): Outcome | null {
  const values = (at: Rows) => at.map((_, i) => 0.5 + i)
  try {
    using planned = planAggregator(wasm, aggregator, { objectives: rows.length, parameters: rows[0]?.length ?? 0 })
    if (before !== undefined) planned.aggregate(linearizeJacobian(before, values(before)))
    const { direction, weights, certificate } = planned.aggregate(linearizeJacobian(rows, values(rows)))
    const certified = certificate?.status !== "uncertified"
    return { direction: direction.slice(), weights: weights?.slice() ?? null, certified }
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

const scaled = (rows: Rows, factors: readonly number[]) =>
  rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1)))

/** The least inner product with a row, relative to the longest row and the row's length. */
function worstProduct(rows: Rows, direction: Float64Array): number {
  const longest = Math.max(...rows.map(length))
  return Math.min(...rows.map((row) => dot(row, direction) / (length(row) * Math.max(longest, length(direction)))))
}

/** ‖A((a + b) J) − A(aJ) − A(bJ)‖ relative to the sum, for row factors a and b; null where one has no answer. */
function nonlinearity(make: (rows: Rows) => Outcome | null, rows: Rows, seed: number): number | null {
  const next = uniform(seed)
  const a = rows.map(() => 0.1 + 2 * next())
  const b = rows.map(() => 0.1 + 2 * next())
  const [first, second] = [make(scaled(rows, a)), make(scaled(rows, b))]
  const both = make(
    scaled(
      rows,
      a.map((factor, i) => factor + (b[i] ?? 0))
    )
  )
  if (first === null || second === null || both === null) return null
  if (!first.certified || !second.certified || !both.certified) return null
  const expected = first.direction.map((entry, k) => entry + (second.direction[k] ?? 0))
  // Relative to the rows where the directions vanish.
  if (length(expected) < 1e-6 * Math.max(...rows.map(length))) return null
  return relativeDistance(both.direction, expected)
}

for (const { name, properties } of methods) {
  describe(name, () => {
    const aggregatorFor = (rows: Rows) => exampleOf(name, rows.length, rows[0]?.length ?? 0, OPTIONS[name])
    const first = (rows: Rows) => outcome(aggregatorFor(rows), rows)
    const later = (rows: Rows) => {
      return outcome(
        aggregatorFor(rows),
        rows,
        normalRows(rows.length, rows[0]?.length ?? 0, 7000 + pool.indexOf(rows))
      )
    }

    test(properties.nonConflicting ? "conflicts with no row" : "can conflict with a row", () => {
      const products = pool.flatMap((rows) =>
        [first(rows), later(rows)].flatMap((seen) => (seen?.certified ? [worstProduct(rows, seen.direction)] : []))
      )
      expect(products.length).toBeGreaterThan(20)
      if (properties.nonConflicting) expect(Math.min(...products)).toBeGreaterThan(-1e-7)
      else expect(Math.min(...products)).toBeLessThan(-1e-3)
    })

    test(`is ${properties.linearUnderScaling ? "" : "not "}linear under scaling`, () => {
      const calls = properties.linearUnderScaling ? [first] : [first, later]
      const distances = pool.flatMap((rows, k) => calls.flatMap((call) => nonlinearity(call, rows, 8000 + k) ?? []))
      expect(distances.length).toBeGreaterThan(20)
      if (properties.linearUnderScaling) expect(Math.max(...distances)).toBeLessThan(1e-6)
      else expect(Math.max(...distances)).toBeGreaterThan(0.01)
    })

    test(properties.weighted ? "is Jᵀ w" : "has no weights", () => {
      for (const rows of pool) {
        const seen = first(rows)
        if (seen === null) continue
        if (!properties.weighted) {
          expect(seen.weights).toBeNull()
          continue
        }
        if (seen.weights === null) throw new Error(`${name} has weights`)
        const expected = linearizeJacobian(rows).pullback(seen.weights)
        const size = Math.max(...rows.map((row, i) => length(row) * Math.abs(seen.weights?.[i] ?? 0)))
        expect(length(seen.direction.map((entry, k) => entry - (expected[k] ?? 0)))).toBeLessThan(1e-12 * (size || 1))
      }
    })
  })
}
