/** Every problem says what it is, and its derivatives are those of its values. */
import { describe, expect, test } from "bun:test"
import { generator } from "@dualcone/aggregation"
import { burgers } from "../src/problems/burgers.ts"
import { conflictProblem, conflictProblems } from "../src/registry.ts"
import { analyticProblems, context, definitionOf, learnedProblems, somePoints, uniform } from "./context.ts"

test("names are unique, and unknown ones are refused with the known", () => {
  expect(new Set(conflictProblems.map(({ name }) => name)).size).toBe(conflictProblems.length)
  expect(() => conflictProblem("ewg")).toThrow(/known problems are ewq, /)
})

test("every problem has a formula, a source, traps, and what is known of its answer", () => {
  for (const { name, title, formula, source, traps, answer, budget, unitRate } of conflictProblems) {
    expect(name).toMatch(/^[a-z0-9][a-z0-9.-]*$/)
    for (const text of [title, formula, source, answer.how]) expect(text.length).toBeGreaterThan(8)
    expect(traps.length).toBeGreaterThan(0)
    expect(unitRate).toBeGreaterThan(0)
    for (const { steps, trials } of Object.values(budget)) expect(Math.min(steps, trials)).toBeGreaterThan(0)
  }
})

describe.each(analyticProblems.map((problem) => [problem.name, problem] as const))("%s", (name, problem) => {
  const definition = definitionOf(problem)
  const { parameters: n, objectives: m, starts, project } = definition

  test("has starts that are feasible, and as many entries as it says", () => {
    for (const start of starts) {
      expect(start).toHaveLength(n)
      const x = Float64Array.from(start)
      project?.(x)
      expect([...x]).toEqual([...start])
      expect(definition.values(x)).toHaveLength(m)
      expect(definition.jacobian(x)).toHaveLength(m * n)
    }
  })

  test("has the Jacobian of its values, by central differences along drawn directions", () => {
    const draw = generator(11)
    for (const x of somePoints(definition, 6)) {
      if (name.startsWith("zdt")) x[0] = uniform(draw, 0.1, 0.9) // far from the infinite slope at 0
      const jacobian = definition.jacobian(x)
      for (let k = 0; k < Math.min(n, 4); k++) {
        const direction = Float64Array.from({ length: n }, () => uniform(draw, -1, 1))
        const h = 1e-5
        const above = definition.values(x.map((entry, i) => entry + h * (direction[i] ?? 0)))
        const below = definition.values(x.map((entry, i) => entry - h * (direction[i] ?? 0)))
        for (let row = 0; row < m; row++) {
          const slope = direction.reduce((sum, entry, i) => sum + entry * (jacobian[row * n + i] ?? 0), 0)
          const difference = ((above[row] ?? 0) - (below[row] ?? 0)) / (2 * h)
          const size = Math.max(Math.abs(slope), 1e-5 * Math.abs(above[row] ?? 0), 1e-12)
          expect(Math.abs(slope - difference) / size).toBeLessThan(1e-4)
        }
      }
    }
  })

  test("draws estimates whose mean is its Jacobian", () => {
    const { sample } = definition
    if (sample === undefined) return
    const x = Float64Array.from(starts[0] ?? [])
    const exact = definition.jacobian(x)
    const draws = 4000
    const sum = new Float64Array(m * n)
    const squares = new Float64Array(m * n)
    for (let k = 0; k < draws; k++) {
      sample(x, generator(k)).jacobian.forEach((entry, i) => {
        sum[i] = (sum[i] ?? 0) + entry
        squares[i] = (squares[i] ?? 0) + entry * entry
      })
    }
    sum.forEach((total, i) => {
      const mean = total / draws
      const deviation = Math.sqrt(Math.max(0, (squares[i] ?? 0) / draws - mean * mean))
      expect(Math.abs(mean - (exact[i] ?? 0))).toBeLessThan((5 * deviation) / Math.sqrt(draws) + 1e-9)
    })
  })
})

describe.each(learnedProblems.map((problem) => [problem.name, problem] as const))("%s", (_, problem) => {
  if (problem.missing?.(context) != null) {
    test.skip(`SKIPPED: ${problem.missing(context)}`, () => {})
    return
  }

  test("has directions that lower the rows as they say, and measures that are finite at the start", async () => {
    using instance = await problem.open(context, 0)
    const { start } = instance
    const values = instance.values(start)
    expect(values).toHaveLength(instance.ideal.length)
    values.forEach((value, i) => {
      expect(Number.isFinite(value)).toBe(true)
      expect(value).toBeGreaterThanOrEqual(instance.ideal[i] ?? 0)
      expect(instance.scale[i] ?? 0).toBeGreaterThan(0)
    })
    const rows = instance.linearize(start, 1)
    const m = rows.objectives
    const weights = Float64Array.from({ length: m }, (_, i) => (1 + (i % 3)) / m)
    const weighted = (of: Float64Array) => of.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)
    const direction = rows.pullback(weights)
    const length = Math.sqrt(direction.reduce((sum, entry) => sum + entry * entry, 0))
    const gramian = rows.gramian().values
    // wᵀ G w is the square of the direction's length.
    let product = 0
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) product += (weights[i] ?? 0) * (weights[j] ?? 0) * (gramian[i * m + j] ?? 0)
    expect(Math.abs(product / length ** 2 - 1)).toBeLessThan(1e-3)
    // Central differences along the direction itself, in float32 inside the network.
    const h = 5e-3
    const at = (step: number) =>
      weighted(
        instance.linearize(
          start.map((x, i) => x + (step * (direction[i] ?? 0)) / length),
          1
        ).values
      )
    expect(Math.abs((at(h) - at(-h)) / (2 * h) / length - 1)).toBeLessThan(0.02)
  })

  test("gives the same rows for the same arguments, and others to other trials", async () => {
    using first = await problem.open(context, 0)
    using again = await problem.open(context, 0)
    using other = await problem.open(context, 1)
    const valuesOf = (instance: typeof first) => [...instance.linearize(instance.start, 2).values]
    expect(valuesOf(first)).toEqual(valuesOf(again))
    expect(valuesOf(first)).not.toEqual(valuesOf(other))
  })
})

test("Burgers' losses have exact gradients, those of second derivatives in them", () => {
  const { values, jacobian, start, parameters } = burgers(context.wasm.functions)
  const theta = start(3)
  const rows = jacobian(theta)
  const draw = generator(5)
  for (let k = 0; k < 12; k++) {
    const i = draw.below(parameters)
    const moved = (step: number) => values(theta.map((entry, j) => entry + (j === i ? step : 0)))
    const [above, below] = [moved(1e-5), moved(-1e-5)]
    for (let row = 0; row < 3; row++) {
      const difference = ((above[row] ?? 0) - (below[row] ?? 0)) / 2e-5
      expect(Math.abs(difference - (rows[row * parameters + i] ?? 0))).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(difference))
      )
    }
  }
})
