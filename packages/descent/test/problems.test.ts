/** Problems with known answers: derivatives, Pareto sets, and the numbers their papers give. */
import { describe, expect, test } from "bun:test"
import { type Generator, generator } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { cagradToy } from "../src/problems/cagrad-toy.ts"
import { cqf, paretoPoint } from "../src/problems/cqf.ts"
import { ewq } from "../src/problems/ewq.ts"
import { paretoFront } from "../src/problems/pareto-set.ts"
import type { Problem } from "../src/problems/problem.ts"
import { problemByName, problemNames, problems } from "../src/problems/problems.ts"
import { bisect } from "../src/problems/root.ts"
import { vlmop2 } from "../src/problems/vlmop2.ts"
import { zdt1 } from "../src/problems/zdt1.ts"
import { zdt3 } from "../src/problems/zdt3.ts"

const all = problems(Math)
const withSet = all.filter((problem) => problem.paretoSet !== null)
const uniform = (draw: Generator, low: number, high: number) => low + (draw.next() / 2 ** 32) * (high - low)

/** A feasible point in the window of the problem, or, without a window, in [-3, 3]ⁿ. */
function somePoint(problem: Problem, draw: Generator): Float64Array {
  const plane = problem.view.parameters
  const x = Float64Array.from({ length: problem.parameters }, () => uniform(draw, -3, 3))
  if (plane !== null) {
    const middle = plane.at(uniform(draw, ...plane.window.x), uniform(draw, ...plane.window.y))
    for (let i = 0; i < x.length; i++) x[i] = (middle[i] ?? 0) + (problem.parameters === 2 ? 0 : 0.02 * (x[i] ?? 0))
  }
  problem.project?.(x)
  return x
}

describe.each(all.map((problem) => [problem.name, problem] as const))("%s", (_, problem) => {
  test("its Jacobian is that of its values, by central differences at 20 points", () => {
    const draw = generator(20)
    const n = problem.parameters
    for (let k = 0; k < 20; k++) {
      const x = somePoint(problem, draw)
      if (problem.name.startsWith("zdt")) x[0] = uniform(draw, 0.05, 0.95) // far from the infinite slope at 0
      const jacobian = problem.jacobian(x)
      expect(jacobian).toHaveLength(problem.objectives * n)
      const axes = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)))
      const diagonals = [0, 1, 2].map(() => Float64Array.from({ length: n }, () => uniform(draw, -1, 1)))
      for (const direction of n <= 30 ? axes : diagonals) {
        const h = 1e-5
        const above = problem.values(x.map((entry, i) => entry + h * (direction[i] ?? 0)))
        const below = problem.values(x.map((entry, i) => entry - h * (direction[i] ?? 0)))
        for (let i = 0; i < problem.objectives; i++) {
          const slope = direction.reduce((sum, entry, j) => sum + entry * (jacobian[i * n + j] ?? Number.NaN), 0)
          const difference = ((above[i] ?? 0) - (below[i] ?? 0)) / (2 * h)
          const size = Math.max(1, Math.abs(slope), 1e-6 * Math.abs(above[i] ?? 0))
          expect(Math.abs(slope - difference) / size).toBeLessThan(2e-5)
        }
      }
    }
  })

  test("has as many entries in points, values and Jacobians as it says", () => {
    for (const start of problem.starts) {
      expect(start).toHaveLength(problem.parameters)
      const x = Float64Array.from(start)
      expect(problem.values(x)).toHaveLength(problem.objectives)
      const sample = problem.sample?.(x, generator(1))
      if (sample !== undefined) {
        expect(sample.values).toHaveLength(problem.objectives)
        expect(sample.jacobian).toHaveLength(problem.objectives * problem.parameters)
      }
      problem.project?.(x)
      expect([...x]).toEqual([...start])
    }
  })

  test("shows every start inside its windows", () => {
    for (const start of problem.starts) {
      const x = Float64Array.from(start)
      const { parameters, values } = problem.view
      const [right = Number.NaN, up = Number.NaN] = problem.values(x)
      expectInside([right, up], values.window)
      if (parameters !== null) {
        const [a, b] = parameters.of(x)
        expectInside([a, b], parameters.window)
        expect(parameters.of(parameters.at(0.25, 0.5))).toEqual([0.25, 0.5])
      }
    }
  })
})

function expectInside([a, b]: readonly [number, number], { x, y }: Problem["view"]["values"]["window"]) {
  expect(a).toBeGreaterThanOrEqual(x[0])
  expect(a).toBeLessThanOrEqual(x[1])
  expect(b).toBeGreaterThanOrEqual(y[0])
  expect(b).toBeLessThanOrEqual(y[1])
}

describe.each(withSet.map((problem) => [problem.name, problem] as const))("the Pareto set of %s", (_, problem) => {
  const points = problem.paretoSet?.sample(41) ?? []

  test("is stationary: weights w ≥ 0 of sum 1 with Jᵀw = 0, up to 1e-9 of the longest row, but for the border", () => {
    for (const x of points) expect(stationarity(problem, x)).toBeLessThan(1e-9)
  })

  test("has distance 0 to its own points, and each point moved off it is at most that far away", () => {
    const draw = generator(3)
    for (const x of problem.parameters > 100 ? points.slice(7, 9) : points.slice(0, 9)) {
      const size = Math.max(1, Math.hypot(...x))
      expect((problem.paretoSet?.distance(x) ?? Number.NaN) / size).toBeLessThan(1e-7)
      const step = Float64Array.from(x, () => uniform(draw, -0.1, 0.1))
      const moved = problem.paretoSet?.distance(x.map((entry, i) => entry + (step[i] ?? 0))) ?? Number.NaN
      expect(moved).toBeLessThanOrEqual(Math.hypot(...step) + 1e-7 * size)
    }
  })

  test("is not dominated: no point of a grid is better in both objectives", () => {
    const plane = problem.view.parameters
    if (plane === null) return
    const front = points.map((x) => problem.values(x))
    const { x: across, y: up } = plane.window
    for (let i = 0; i <= 60; i++) {
      for (let j = 0; j <= 60; j++) {
        const x = plane.at(across[0] + (i / 60) * (across[1] - across[0]), up[0] + (j / 60) * (up[1] - up[0]))
        problem.project?.(x)
        const [f1 = 0, f2 = 0] = problem.values(x)
        for (const [front1 = 0, front2 = 0] of front) expect(f1 < front1 - 1e-9 && f2 < front2 - 1e-9).toBe(false)
      }
    }
  })
})

/**
 * The least ‖Jᵀw‖ / max ‖gᵢ‖ over w = (w, 1-w), where entries count for nothing that only push against the border of
 * the feasible set. The weight is the one that is best for entries off the border, or all on one objective.
 */
function stationarity(problem: Problem, x: Float64Array): number {
  const n = problem.parameters
  const jacobian = problem.jacobian(x)
  const first = jacobian.subarray(0, n)
  const second = jacobian.subarray(n)
  const isFree = (i: number, step: number) => {
    const moved = x.slice()
    moved[i] = (moved[i] ?? 0) + step
    const wanted = moved[i]
    problem.project?.(moved)
    return moved[i] === wanted
  }
  const free = Array.from(x, (_, i) => isFree(i, 1e-9) && isFree(i, -1e-9))
  let along = 0
  let length = 0
  for (let i = 0; i < n; i++) {
    if (!free[i]) continue
    const difference = (first[i] ?? 0) - (second[i] ?? 0)
    along -= difference * (second[i] ?? 0)
    length += difference * difference
  }
  const rows = Math.max(Math.hypot(...first), Math.hypot(...second))
  if (rows === 0) return 0
  const best = length === 0 ? 0 : Math.max(0, Math.min(1, along / length))
  const residuals = [best, 0, 1].map((w) => {
    let squares = 0
    for (let i = 0; i < n; i++) {
      const entry = w * (first[i] ?? 0) + (1 - w) * (second[i] ?? 0)
      if (isFree(i, entry > 0 ? -1e-9 : 1e-9)) squares += entry * entry
    }
    return Math.sqrt(squares) / rows
  })
  return Math.min(...residuals)
}

/** Gradient descent on the mean of the objectives. */
function meanDescent(problem: Problem, start: readonly number[], learningRate: number, steps: number): Float64Array {
  const x = Float64Array.from(start)
  for (let k = 0; k < steps; k++) {
    const jacobian = problem.jacobian(x)
    for (let i = 0; i < x.length; i++) {
      x[i] = (x[i] ?? 0) - (learningRate * ((jacobian[i] ?? 0) + (jacobian[x.length + i] ?? 0))) / 2
    }
  }
  return x
}

describe("element-wise quadratic", () => {
  test("the mean shrinks every start by 0.925 a step: (3, -2) ends at (0.0658, -0.0439)", () => {
    const { learningRate, steps } = ewq.protocol
    const [a = 0, b = 0] = meanDescent(ewq, [3, -2], learningRate, steps)
    expect(a).toBeCloseTo(0.0658, 4)
    expect(b).toBeCloseTo(-0.0439, 4)
    expect(a).toBeCloseTo(3 * 0.925 ** 49, 12)
  })

  test("its front is (0, 0), and the distance to the set is the norm", () => {
    expect(paretoFront(ewq, 3)).toEqual([[0, 0, 0].map(() => new Float64Array(2))])
    expect(ewq.paretoSet?.distance(Float64Array.of(3, -4))).toBe(5)
  })
})

describe("convex quadratic forms", () => {
  test("A₁ and A₂ are those of the paper's code", () => {
    const at = (x: number[]) => cqf.jacobian(Float64Array.from(x))
    const entries = (row: number) => {
      const [origin, right, up] = [at([0, 0]), at([1, 0]), at([0, 1])] as const
      const half = (to: Float64Array, column: number) =>
        ((to[2 * row + column] ?? 0) - (origin[2 * row + column] ?? 0)) / 2
      return [half(right, 0), half(right, 1), half(up, 0), half(up, 1)]
    }
    const expected = [
      [0.9623, 0.1894, 0.1894, 0.0477],
      [2.8862, -0.5721, -0.5721, 0.1238]
    ]
    expected.forEach((matrix, row) => {
      const found = entries(row)
      matrix.forEach((entry, k) => {
        expect(found[k]).toBeCloseTo(entry, 4)
      })
    })
    const sine = Math.sin(Math.PI / 16)
    expect(entries(0)[0]).toBeCloseTo(1 - 0.99 * sine * sine, 14)
  })

  test.each([
    [0.5, [-0.0749, 4.2738], [0.2423, 0.2074]],
    [0.1, [-0.3859, 2.9473], [0.7151, 0.0929]],
    [0.9, [0.1203, 3.8716], [0.1691, 0.5151]]
  ] as const)("x(%p) and f(x(w)) of the Pareto set", (w, point, values) => {
    const x = paretoPoint(w)
    const f = cqf.values(x)
    for (const k of [0, 1] as const) {
      expect(x[k]).toBeCloseTo(point[k], 4)
      expect(f[k]).toBeCloseTo(values[k], 4)
    }
  })

  test("the set begins at v₂ and ends at v₁", () => {
    const [first, last] = cqf.paretoSet?.sample(2) ?? []
    expect(first?.[0]).toBeCloseTo(-1, 12)
    expect(last?.[0]).toBeCloseTo(1, 12)
  })

  test("the mean ends where the paper's runs end, 0.03 off the set", () => {
    const { learningRate, steps } = cqf.protocol
    const x = meanDescent(cqf, [0.5, 0.5], learningRate, steps)
    expect(x[0]).toBeCloseTo(-0.089, 3)
    expect(x[1]).toBeCloseTo(4.14, 2)
    expect(cqf.paretoSet?.distance(x)).toBeCloseTo(0.0296, 3)
  })
})

describe("CAGrad's toy", () => {
  const toy = cagradToy(Math)

  test("values at (7, -8) and (-8.5, 7.5), by hand", () => {
    const valley = toy.values(Float64Array.of(7, -8))
    expect(valley[0]).toBeCloseTo(-20 * 0.9993292997, 8)
    expect(valley[1]).toBeCloseTo((19.6 - 20) * 0.9993292997, 8)
    const canyons = toy.values(Float64Array.of(-8.5, 7.5))
    expect(canyons[0]).toBeCloseTo(0.99889444 * (0.55961544 + 6), 6)
    expect(canyons[1]).toBeCloseTo(0.99889444 * (1.90954255 + 6), 6)
  })

  test("the Pareto set lies at x₂ = -8.3551 for x₁ = 0 and bends down to its ends at x₁ = ±7", () => {
    const [left, middle, right] = toy.paretoSet?.sample(3) ?? []
    expect(middle?.[0]).toBe(0)
    expect(middle?.[1]).toBeCloseTo(-8.3551, 4)
    expect([left?.[0], right?.[0]]).toEqual([-7, 7])
    expect(left?.[1]).toBeCloseTo(-8.4345, 4)
    expect(left?.[1]).toBe(right?.[1] ?? Number.NaN)
  })

  test("the start (0, 0) on the kink is not stationary: both sides count", () => {
    const [, up1 = 0, , up2 = 0] = toy.jacobian(Float64Array.of(0, 0))
    // ½ (log 3.5 + 6) - ½ ((49 + 6.4)/10 - 20), and the same with log 3.5 for the second.
    expect(up1).toBeCloseTo((Math.log(3.5) + 6) / 2 - (5.54 - 20) / 2, 12)
    expect(up2).toBeCloseTo(up1, 12)
  })

  test("a scale multiplies the first row alone", () => {
    const x = Float64Array.of(-8.5, 7.5)
    const scaled = cagradToy(Math, { scale: 0.1 })
    expect(scaled.values(x)[0]).toBeCloseTo(0.1 * (toy.values(x)[0] ?? 0), 14)
    expect(scaled.values(x)[1]).toBe(toy.values(x)[1] ?? Number.NaN)
    expect(scaled.jacobian(x)[1]).toBeCloseTo(0.1 * (toy.jacobian(x)[1] ?? 0), 14)
    expect(scaled.jacobian(x)[2]).toBe(toy.jacobian(x)[2] ?? Number.NaN)
  })

  test("the floor of a canyon is flat", () => {
    const x = Float64Array.of(-7 + 2 * Math.tanh(2), 2)
    expect(toy.values(x)[0]).toBeCloseTo(Math.tanh(1) * (Math.log(5e-6) + 6), 12)
    expect(toy.jacobian(x)[0]).toBeCloseTo(0, 12)
  })
})

describe("fronts of the evolutionary test suites", () => {
  test("VLMOP2: 1 - exp(-(√n τ - 1)²) against 1 - exp(-(√n τ + 1)²), for every n", () => {
    for (const parameters of [2, 7]) {
      const problem = vlmop2(Math, { parameters })
      paretoFront(problem, 5).forEach((piece) => {
        piece.forEach(([f1 = 0, f2 = 0], k) => {
          const s = (2 * k) / 4 - 1
          expect(f1).toBeCloseTo(1 - Math.exp(-(s - 1) * (s - 1)), 12)
          expect(f2).toBeCloseTo(1 - Math.exp(-(s + 1) * (s + 1)), 12)
        })
      })
    }
  })

  test("ZDT1: 1 - √f₁, ZDT2: 1 - f₁²", () => {
    for (const [name, height] of [
      ["zdt1", Math.sqrt],
      ["zdt2", (f: number) => f * f]
    ] as const) {
      for (const [f1 = 0, f2 = 0] of paretoFront(problemByName(name, Math), 9).flat()) {
        expect(f2).toBeCloseTo(1 - height(f1), 12)
      }
    }
  })

  test("ZDT3: the five published intervals", () => {
    const published = [
      [0, 0.0830015349],
      [0.182228728, 0.2577623634],
      [0.4093136748, 0.4538821041],
      [0.6183967944, 0.6525117038],
      [0.8233317983, 0.8518328654]
    ]
    const pieces = zdt3(Math).paretoSet?.pieces ?? []
    expect(pieces).toHaveLength(5)
    published.forEach(([from = 0, to = 0], k) => {
      expect(pieces[k]?.(0)[0]).toBeCloseTo(from, 5)
      expect(pieces[k]?.(1)[0]).toBeCloseTo(to, 7)
    })
  })

  test("a smaller n is the same front", () => {
    const small = zdt1({ parameters: 2 })
    expect(small.jacobian(Float64Array.of(0.25, 0.5))).toHaveLength(4)
    expect(small.values(Float64Array.of(0.25, 0))[1]).toBe(0.5)
  })
})

describe("the registry", () => {
  test("finds every problem by its name", () => {
    expect(all.map(({ name }) => name)).toEqual([...problemNames])
    expect(problemByName("cqf", Math)).toBe(cqf)
  })

  test("names what it knows when asked for something else", () => {
    expect(() => problemByName("rosenbrock", Math)).toThrow(InputError)
    expect(() => problemByName("toString", Math)).toThrow(/problem is "toString"; known problems are ewq, cqf, /)
  })

  test("bad options name themselves", () => {
    expect(() => cagradToy(Math, { scale: 0 })).toThrow("scale is 0; it must be positive and finite")
    expect(() => vlmop2(Math, { parameters: 1 })).toThrow("parameters is 1; it must be a whole number from 2 on")
    expect(() => zdt1({ parameters: 2.5 })).toThrow(InputError)
  })
})

test("bisection finds a zero to neighbouring numbers, rising or falling", () => {
  expect(bisect((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15)
  expect(bisect((x) => 1 - x, 0, 4)).toBeCloseTo(1, 15)
})
