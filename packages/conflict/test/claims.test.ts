/** What the papers say of their methods, on the problems that were made for it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { bloop, mixed } from "@dualcone/aggregation"
import { aggregatorOf, conflictProblem } from "../src/index.ts"
import { conflictMethod } from "../src/methods.ts"
import { measuredRun } from "../src/protocol/measured-run.ts"
import { openTrial, search } from "../src/protocol/search.ts"
import { context } from "./context.ts"

setDefaultTimeout(120_000)

/** The quick search of a method on a problem: its best rate's trials. */
async function best(problem: string, method: string) {
  const { rates, best: index } = await search(context, conflictProblem(problem), conflictMethod(method), "quick")
  const runs = index === null ? [] : (rates[index]?.runs ?? [])
  const mean = (of: readonly (number | null)[]) =>
    of.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / of.length
  return {
    worst: runs.length === 0 ? Number.POSITIVE_INFINITY : mean(runs.map(({ worstArea }) => worstArea)),
    distance: runs.length === 0 ? Number.POSITIVE_INFINITY : mean(runs.map(({ distanceEnd }) => distanceEnd))
  }
}

describe("UPGrad, the mean, MGDA and CAGrad", () => {
  test("rank in six ways on six problems, none of them within 2 % of the next", async () => {
    const orders = new Map<string, string>()
    for (const problem of ["cqf-scales", "canyons", "zdt1", "dtlz2", "bilevel", "regression-1"]) {
      const methods = ["upgrad", "mean", "mgda", "cagrad"]
      const costs = await Promise.all(methods.map(async (method) => ({ method, ...(await best(problem, method)) })))
      const sorted = costs.toSorted((a, b) => a.worst - b.worst)
      for (const [i, { worst }] of sorted.slice(1).entries()) {
        expect(worst / (sorted[i]?.worst ?? 0)).toBeGreaterThan(1.02)
      }
      orders.set(problem, sorted.map(({ method }) => method).join(" < "))
    }
    expect(Object.fromEntries(orders)).toEqual({
      "cqf-scales": "mgda < cagrad < upgrad < mean",
      canyons: "mean < cagrad < upgrad < mgda",
      zdt1: "cagrad < mgda < upgrad < mean",
      dtlz2: "upgrad < mgda < cagrad < mean",
      bilevel: "mean < upgrad < cagrad < mgda",
      "regression-1": "upgrad < cagrad < mean < mgda"
    })
  })
})

describe("weak stationarity (arXiv 2406.16232, Figure 3)", () => {
  test("stops MGDA on the axes of EWQ at every rate, where UPGrad, which is the mean there, reaches the optimum", async () => {
    const problem = conflictProblem("ewq")
    const { rates } = await search(context, problem, conflictMethod("mgda"), "quick")
    // The start (0, -3) lies on an axis: the distance stays 1 there.
    for (const { runs } of rates) for (const run of runs.slice(1, 2)) expect(run.distanceEnd ?? 1).toBe(1)
    const [upgrad, mean] = [await best("ewq", "upgrad"), await best("ewq", "mean")]
    expect(upgrad.distance).toBeLessThan(1e-6)
    expect(upgrad.worst).toBeCloseTo(mean.worst, 12)
  })

  test("slows MGDA among 16 objectives too, of which the shortest row sets the pace", async () => {
    const [mgda, upgrad] = [await best("ewq-16", "mgda"), await best("ewq-16", "upgrad")]
    expect(mgda.distance).toBeGreaterThan(0.05)
    expect(mgda.worst).toBeGreaterThan(10 * upgrad.worst)
    expect(upgrad.distance).toBeLessThan(1e-6)
  })
})

describe("noise (CR-MOGM, equation 4)", () => {
  /** y after 1,000 updates with η = 0.04 / √k, over y at the start, mean of the trials. */
  async function height(method: string) {
    const problem = conflictProblem("two-coins")
    let sum = 0
    for (let trial = 0; trial < 4; trial++) {
      using instance = await openTrial(problem, context, trial)
      const aggregator = aggregatorOf(conflictMethod(method), trial)
      const run = measuredRun(context.wasm, problem, instance, { aggregator, learningRate: 0.04, steps: 1000 })
      sum += (run.distanceEnd ?? Number.NaN) / 4
    }
    return sum
  }

  test("holds MGDA and UPGrad away from the Pareto set that the mean reaches, and averaged weights let them go", async () => {
    const [mean, upgrad, mgda] = [await height("mean"), await height("upgrad"), await height("mgda")]
    expect(mean).toBeLessThan(0.1)
    expect(upgrad).toBeGreaterThan(0.3)
    expect(mgda).toBeGreaterThan(0.35)
    expect(await height("cr-mogm(upgrad)")).toBeLessThan(0.1)
    expect(await height("cr-mogm(mgda)")).toBeLessThan(0.1)
  })
})

describe("a main objective (Bloop, section 3.3)", () => {
  const lambdas = [0.01, 0.1, 1, 10, 100]

  /** The excess of the main objective at the end of a long run. */
  async function mainExcess(problem: string, lambda: number, kind: "bloop" | "mixed") {
    const named = conflictProblem(problem)
    using instance = await openTrial(named, context, 0)
    const aggregator = kind === "bloop" ? bloop({ lambda }) : mixed({ lambda })
    const learningRate = 0.05 / (1 + lambda)
    const steps = Math.ceil(300 * (1 + lambda + 1 / lambda))
    const { end } = measuredRun(context.wasm, named, instance, { aggregator, learningRate, steps })
    return ((end[0] ?? Number.NaN) - (instance.ideal[0] ?? 0)) / (instance.scale[0] ?? 1)
  }

  test("is within a millionth of its optimum for every λ of Bloop, whose projection swings where its own row vanishes", async () => {
    for (const problem of ["bilevel", "opposed"]) {
      for (const lambda of lambdas) expect(await mainExcess(problem, lambda, "bloop")).toBeLessThan(1e-6)
    }
  })

  test("is given up by mixing, the more the larger λ is", async () => {
    for (const lambda of lambdas) {
      // ½ a² at a = λ / (1 + λ), where the start has a = 2.
      expect(await mainExcess("bilevel", lambda, "mixed")).toBeCloseTo((lambda / (1 + lambda)) ** 2 / 4, 6)
    }
  })
})

describe("scale imbalance", () => {
  test("of units breaks IMTL-G, and leaves Nash-MTL swinging around the optimum, where UPGrad arrives", async () => {
    const upgrad = await best("regression-1e6", "upgrad")
    const nash = await best("regression-1e6", "nash-mtl")
    const imtlG = await best("regression-1e6", "imtl-g")
    expect(upgrad.distance).toBeLessThan(1e-4)
    expect(nash.distance).toBeGreaterThan(100 * upgrad.distance)
    expect(imtlG.distance).toBeGreaterThan(0.9)
    expect((await best("regression-1", "imtl-g")).distance).toBeLessThan(1e-6)
  })

  test("of examples, a few of which are eight times as bright, breaks both, and not UPGrad", async () => {
    const [upgrad, mean] = [await best("outliers", "upgrad"), await best("outliers", "mean")]
    expect(upgrad.worst).toBeLessThan(mean.worst)
    for (const method of ["nash-mtl", "imtl-g"]) {
      expect((await best("outliers", method)).worst).toBeGreaterThan(2 * mean.worst)
    }
  })
})
