/**
 * Where the paths end: the figures of "Jacobian Descent for Multi-Objective Optimization" (3 and 4), of CR-MOGM (1) and of
 * Bloop's section 3.3, computed anew by an independent program in numpy from the papers' definitions.
 */
import { describe, expect, test } from "bun:test"
import { parseAggregator } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"
import {
  bloopConditioning,
  type Problem,
  problemByName,
  runTrajectory,
  sgd,
  trajectoryAggregator
} from "../src/index.ts"
import { linearize } from "../src/objectives/function-objective.ts"
import { functionDescent } from "../src/pipelines/function-descent.ts"

const wasm = await loadWasm()
const named = (name: string) => problemByName(name, wasm.functions)
const run = (problem: Problem, method: string, start: number, seed = 0) =>
  runTrajectory(wasm, { problem, aggregator: trajectoryAggregator(method), start: problem.starts[start] ?? [], seed })
const rounded = (x: Float64Array, digits: number) => [...x].map((entry) => Number(entry.toFixed(digits)) + 0)

describe("EWQ, 49 updates", () => {
  const problem = named("ewq")

  for (const method of ["mean", "upgrad", "dualproj", "graddrop", "pcgrad"]) {
    test(`${method} multiplies every start by 0.925 in each step`, () => {
      problem.starts.forEach((start, i) => {
        const { end } = run(problem, method, i)
        end.forEach((entry, k) => {
          expect(entry).toBeCloseTo((start[k] ?? 0) * 0.925 ** 49, 5)
        })
      })
    })
  }

  // The start (-4, 4) is a tie that exact methods keep: they go straight down the diagonal.
  for (const [method, ends] of [
    ["mgda", { 0: [2.195, -0.001], 1: [0, -3], 3: [-0.0017, 2.58], 4: [-3.41, 0] }],
    ["aligned-mtl", { 0: [1.0439, -0.0439], 3: [-0.0658, 1.0658], 4: [-2.766, -0.016] }]
  ] as const) {
    test(`${method} sticks away from the origin`, () => {
      for (const [start, expected] of Object.entries(ends)) {
        const { end } = run(problem, method, Number(start))
        end.forEach((entry, k) => {
          expect(Math.abs(entry - (expected[k] ?? Number.NaN))).toBeLessThan(0.005)
        })
      }
    })
  }

  test("CAGrad and Nash-MTL stick at the start with a zero row", () => {
    for (const method of ["cagrad", "nash-mtl"]) expect([...run(problem, method, 1).end]).toEqual([0, -3])
  })

  test("IMTL-G's ends depend on its cut-off: with float64's it sticks on an axis", () => {
    const stuck = (start: number) => {
      const aggregator = parseAggregator({ name: "imtl-g" })
      return runTrajectory(wasm, { problem, aggregator, start: problem.starts[start] ?? [] }).end
    }
    expect(rounded(stuck(0), 2).map(Math.abs)).toEqual([1, 0])
    const { distance } = run(problem, "imtl-g", 0)
    expect(distance ?? 1).toBeLessThan(0.2)
  })
})

describe("CQF, 500 updates", () => {
  const problem = named("cqf")
  const ends: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
    upgrad: [
      [0.275, 3.22],
      [-0.047, 4.32],
      [-0.181, 3.89],
      [-0.047, 4.32]
    ],
    mgda: [
      [0.67, 1.46],
      [-0.02, 4.56],
      [0.37, 2.79],
      [-0.03, 4.38]
    ],
    mean: [
      [-0.089, 4.14],
      [-0.065, 4.37],
      [-0.091, 4.12],
      [-0.068, 4.34]
    ],
    "aligned-mtl": [
      [-0.12, 4.02],
      [0.0125, 5.1],
      [-0.12, 4.01],
      [0.009, 5.08]
    ]
  }
  for (const [method, expected] of Object.entries(ends)) {
    test(`${method} ends at ${expected.map((end) => `(${end})`).join(" ")}`, () => {
      expected.forEach(([x, y], i) => {
        const { end } = run(problem, method, i)
        expect(Math.abs((end[0] ?? 0) - x)).toBeLessThan(0.006)
        expect(Math.abs((end[1] ?? 0) - y)).toBeLessThan(0.006)
      })
    })
  }

  test("UPGrad ends within 0.0036 of the Pareto set from every start", () => {
    for (const i of [0, 1, 2, 3]) expect(run(problem, "upgrad", i).distance ?? 1).toBeLessThan(0.0036)
  })

  test("the total increase of the objectives: who harms an objective on the way, and by how much", () => {
    const worst = (method: string) =>
      Math.max(...[0, 1, 2, 3].map((i) => Math.max(...run(problem, method, i).increases)))
    expect(worst("mean")).toBeGreaterThan(1.2)
    expect(worst("cagrad")).toBeGreaterThan(0.8)
    expect(worst("imtl-g")).toBeGreaterThan(0.4)
    expect(worst("aligned-mtl")).toBeGreaterThan(0.3)
    // From (-1, 7) the first steps are too long for the curvature: 0.0058 of second order, with any ridge.
    expect(worst("mgda")).toBeLessThan(1e-2)
    expect(worst("upgrad")).toBeLessThan(6e-3)
    expect(Math.max(...run(problem, "upgrad", 0).increases)).toBeLessThan(4e-4)
  })

  test("UPGrad at a vanishing ridge and a short step never increases an objective beyond 1e-9", () => {
    // At a tenth of the step the second-order term is a hundredth, and the first-order term is what is tested.
    const aggregator = parseAggregator({ name: "upgrad", ridge: "diagonal:1e-12" })
    for (const start of problem.starts) {
      const { increases } = runTrajectory(wasm, { problem, aggregator, start, steps: 3000, learningRate: 0.002 })
      expect(Math.max(...increases)).toBeLessThan(1e-9)
    }
  })
})

describe("CR-MOGM's equation 4, 10,000 updates", () => {
  const problem = named("cr-mogm")
  const meanEnd = (method: string, seeds: number) => {
    let sum = 0
    for (let seed = 0; seed < seeds; seed++) sum += run(problem, method, 0, seed).end[1] ?? 0
    return sum / seeds
  }

  // Expected, over 64 seeds of another generator: mean .036, MGDA .524, PCGrad = UPGrad .443, CR-MGDA .037, CR-PCGrad .012.
  test("the mean goes down", () => expect(meanEnd("mean", 8)).toBeLessThan(0.06))
  test("MGDA climbs from 0.4 above 0.5", () => expect(meanEnd("mgda", 8)).toBeGreaterThan(0.5))
  test("UPGrad climbs too", () => expect(meanEnd("upgrad", 8)).toBeGreaterThan(0.41))
  test("PCGrad is UPGrad here, up to twice the step", () => expect(meanEnd("pcgrad", 4)).toBeGreaterThan(0.41))
  test("CR-MGDA ends below 0.05", () => expect(meanEnd("cr-mogm(mgda)", 8)).toBeLessThan(0.05))
  test("CR-UPGrad ends below 0.05", () => expect(meanEnd("cr-mogm(upgrad)", 8)).toBeLessThan(0.05))
})

describe("Bloop's conditioning example, section 3.3", () => {
  const end = (method: string, lambda: number) => {
    const problem = bloopConditioning({ lambda })
    const aggregator = trajectoryAggregator(method, { lambda })
    const objective = {
      values: (x: Float64Array) => problem.values(x),
      jacobian: (x: Float64Array) => problem.jacobian(x)
    }
    using descent = functionDescent(wasm, aggregator, (x) => linearize(objective, x), {
      start: [2, 2],
      optimizer: sgd({ learningRate: 1 / (1 + lambda) }),
      steps: Math.ceil(40 * (lambda + 1 / lambda))
    })
    let at = new Float64Array(2)
    for (let step = descent.step(); step !== null; step = descent.step()) at = step.next.slice()
    return at
  }

  for (const lambda of [0.05, 0.3, 1, 3, 20]) {
    test(`Bloop reaches (0, 0) at λ = ${lambda}`, () => {
      const [a = 1, b = 1] = end("bloop", lambda)
      expect(Math.abs(a)).toBeLessThan(1e-6)
      expect(Math.abs(b)).toBeLessThan(1e-6)
    })

    test(`mixing ends at (λ / (1 + λ), 0) at λ = ${lambda}`, () => {
      const [a = 1, b = 1] = end("mixed", lambda)
      expect(a).toBeCloseTo(lambda / (1 + lambda), 6)
      expect(Math.abs(b)).toBeLessThan(1e-6)
    })
  }

  test("PCGrad sticks at (0.258, 0) at λ = 1", () => {
    expect(end("priority-pcgrad", 1)[0] ?? 0).toBeCloseTo(0.258, 2)
  })
})
