/**
 * What every method of the list makes of rows that are zero, alone, alike, opposed, or at the ends of the range of
 * float64: a finite direction with finite weights, or an error that names the rule, the place and the value.
 */
import { describe, expect, test } from "bun:test"
import { type Aggregator, type JacobianLinearization, linearizeJacobian, planAggregator } from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import { examples } from "./examples.ts"
import { normalRows, type Rows, stronglyStationaryRows } from "./samplers.ts"

const wasm = await loadWasm()
const N = 5

const zeros = (m: number) => Array.from({ length: m }, () => new Array<number>(N).fill(0))
const times = (rows: Rows, factor: number) => rows.map((row) => row.map((entry) => entry * factor))

/** Jacobians of m rows, by what is hostile about them. */
const inputs: readonly (readonly [string, (objectives: number) => Rows])[] = [
  ["rows of zeros alone", zeros],
  ["the first row zero", (m) => [...zeros(1), ...normalRows(m - 1, N, 1)]],
  ["the last row zero", (m) => [...normalRows(m - 1, N, 2), ...zeros(1)]],
  ["equal rows", (m) => Array.from({ length: m }, () => normalRows(1, N, 3)[0] ?? [])],
  ["opposite rows", (m) => Array.from({ length: m }, (_, i) => times(normalRows(1, N, 4), (-1) ** i)[0] ?? [])],
  ["strongly stationary rows", (m) => stronglyStationaryRows(m, N, 5)],
  ["rows of 1e-150", (m) => times(normalRows(m, N, 6), 1e-150)],
  ["rows of 1e150", (m) => times(normalRows(m, N, 7), 1e150)],
  [
    "a row of 1e150 beside ones of 1e-150",
    (m) => [...times(normalRows(1, N, 8), 1e150), ...times(normalRows(m - 1, N, 9), 1e-150)]
  ]
]

/** Where a method refuses an input: the place of the error. All others answer. */
const REFUSALS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  krum: { "one row": "the number of rows for krum" }
}

/** Where an entry that is not a number is found, unless it is "row 1, column 2" of what the method asks for. */
const FOUND_ELSEWHERE: Readonly<Record<string, string>> = {
  "gradient-and-momentum": "entry 2 of the mean gradient"
}

/** Those that ask for the Gramian for its size alone. */
const BLIND: ReadonlySet<string> = new Set(["rgw", 'cr-mogm {"weighting":"famo"}'])

/** Methods that take two rows, a main and an auxiliary one. */
function rowsFor(aggregator: Aggregator): number {
  try {
    using _planned = planAggregator(wasm, aggregator, { objectives: 4, parameters: N })
    return 4
  } catch (error) {
    if (error instanceof InputError) return 2
    throw error
  }
}

/** Two calls, the second of which may find what the first left behind. */
function answers(aggregator: Aggregator, linearization: JacobianLinearization) {
  const { objectives, parameters } = linearization
  using planned = planAggregator(wasm, aggregator, { objectives, parameters })
  return [0, 1].map(() => {
    const { direction, weights } = planned.aggregate(linearization)
    planned.observe?.(linearization.values)
    return { direction: Array.from(direction), weights: weights === null ? null : Array.from(weights) }
  })
}

function errorOf(call: () => unknown): InputError | null {
  try {
    call()
    return null
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

const ones = (m: number) => new Float64Array(m).fill(1)

function answersOrRefuses(name: string, aggregator: Aggregator, input: string, rows: Rows) {
  const place = REFUSALS[name]?.[input]
  test(`${input}: ${place === undefined ? "answers" : "refuses"}`, () => {
    const linearization = linearizeJacobian(rows, ones(rows.length))
    if (place !== undefined) {
      const error = errorOf(() => answers(aggregator, linearization))
      expect(error?.place).toBe(place)
      expect(error?.rule.length).toBeGreaterThan(0)
      return
    }
    for (const { direction, weights } of answers(aggregator, linearization)) {
      expect(direction).toHaveLength(N)
      expect(direction.every(Number.isFinite)).toBe(true)
      if (weights === null) continue
      expect(weights).toHaveLength(rows.length)
      expect(weights.every(Number.isFinite)).toBe(true)
    }
  })
}

for (const [name, aggregator] of examples(4, N)) {
  describe(name, () => {
    const m = rowsFor(aggregator)
    for (const [input, rowsOf] of inputs) answersOrRefuses(name, aggregator, input, rowsOf(m))

    test("NaN in an engine's numbers: refuses it by its place, or does not look at it", () => {
      // A linearization that is not checked when it is made, as engines make them.
      const sound = linearizeJacobian(normalRows(m, N, 11), ones(m))
      const withNaN = (entries: ArrayLike<number>, at: number) =>
        Float64Array.from(entries, (entry, k) => (k === at ? Number.NaN : entry))
      const unsound: JacobianLinearization<Float64Array> = {
        ...sound,
        gramian: () => ({ objectives: m, values: withNaN(sound.gramian().values, m) }),
        jacobian: () => withNaN(sound.jacobian(), N + 2),
        pullback: (weights) => withNaN(sound.pullback(weights), 2)
      }
      using planned = planAggregator(wasm, aggregator, { objectives: m, parameters: N })
      const error = errorOf(() => planned.aggregate(unsound))
      if (planned.asks === "nothing" || planned.asks === "values" || BLIND.has(name)) {
        expect(error).toBeNull()
        return
      }
      const matrix = planned.asks === "gramian" ? "row 1, column 0 of the Gramian" : "row 1, column 2 of the Jacobian"
      expect(error).toMatchObject({ place: FOUND_ELSEWHERE[aggregator.name] ?? matrix, value: Number.NaN })
      expect(error?.rule).toContain("finite")
    })
  })
}
for (const [name, aggregator] of examples(1, N)) {
  describe(name, () => answersOrRefuses(name, aggregator, "one row", normalRows(1, N, 10)))
}

describe("a Jacobian from outside is refused before any method sees it", () => {
  test("ragged rows", () => {
    const error = errorOf(() => linearizeJacobian([[1, 2], [3]]))
    expect(error).toMatchObject({ place: "the length of row 1 of the Jacobian", value: 1 })
  })

  test("NaN", () => {
    const error = errorOf(() =>
      linearizeJacobian([
        [1, 2],
        [3, Number.NaN]
      ])
    )
    expect(error).toMatchObject({ place: "row 1, column 1 of the Jacobian", value: Number.NaN })
  })
})

describe("the size of a plan", () => {
  for (const [name, aggregator] of examples(4, N)) {
    test(`${name}: refuses a linearization of another size`, () => {
      const m = rowsFor(aggregator)
      using planned = planAggregator(wasm, aggregator, { objectives: m, parameters: N })
      expect(errorOf(() => planned.aggregate(linearizeJacobian(normalRows(m + 1, N, 12), ones(m + 1))))).not.toBeNull()
    })
  }
})
