/** What every method of the list remembers: all of it in its state, and nothing else. */
import { describe, expect, test } from "bun:test"
import {
  type Aggregator,
  linearizeJacobian,
  methods,
  type PlannedAggregator,
  planAggregator,
  restoreState,
  saveState
} from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import { examples } from "./examples.ts"
import { heavyTailedRows, uniform } from "./samplers.ts"

const wasm = await loadWasm()
const [N, CALLS] = [7, 8]

/** The direction of call `call`, and what a method sees of the values after it. */
function step(planned: PlannedAggregator, m: number, call: number): readonly bigint[] {
  const next = uniform(900 + call)
  const values = Float64Array.from({ length: m }, () => 0.5 + next())
  const { direction } = planned.aggregate(linearizeJacobian(heavyTailedRows(m, N, 700 + call), values))
  planned.observe?.(values.map((value) => value * (0.5 + 0.4 * next())))
  return Array.from(new BigUint64Array(direction.slice().buffer))
}

const runs = (planned: PlannedAggregator, m: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => step(planned, m, from + k))

/** How many rows it takes: three, or two where it is for two tasks. */
function rowsFor(aggregator: Aggregator): number {
  try {
    using _planned = planAggregator(wasm, aggregator, { objectives: 3, parameters: N })
    return 3
  } catch (error) {
    if (error instanceof InputError) return 2
    throw error
  }
}

for (const [name, aggregator] of examples(3, N)) {
  const m = rowsFor(aggregator)
  const plan = () => planAggregator(wasm, aggregator, { objectives: m, parameters: N })

  describe(name, () => {
    test("gives the same bits for the same seed and calls", () => {
      using first = plan()
      using second = plan()
      expect(runs(first, m, 0, CALLS)).toEqual(runs(second, m, 0, CALLS))
    })

    test("saved and restored into a fresh plan goes on with the same bits", () => {
      using unbroken = plan()
      runs(unbroken, m, 0, 3)
      const saved = saveState(unbroken.state)
      const expected = runs(unbroken, m, 3, CALLS)
      using resumed = plan()
      restoreState(resumed.state, new Map([...saved].map(([key, values]) => [key, values.slice()])))
      expect(runs(resumed, m, 3, CALLS)).toEqual(expected)
    })

    test("has a state, and says so in the list, when calls depend on earlier ones", () => {
      using used = plan()
      runs(used, m, 0, 3)
      using fresh = plan()
      const depends = JSON.stringify(step(used, m, 3), text) !== JSON.stringify(step(fresh, m, 3), text)
      if (!depends) return
      expect(used.state.size).toBeGreaterThan(0)
      const facts = methods.find((method) => method.name === aggregator.name)
      const wraps = facts?.parameters.some(({ type }) => type === "aggregator")
      expect(facts?.stateful || facts?.random || wraps).toBe(true)
    })
  })
}

function text(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value
}
