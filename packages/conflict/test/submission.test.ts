/** Problems as data, and the runs of another implementation measured as ours are. */
import { describe, expect, test } from "bun:test"
import { linearizeJacobian } from "@dualcone/aggregation"
import { functionDescent, sgd } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import {
  aggregatorOf,
  type ConflictSubmission,
  conflictDefinitions,
  conflictMethod,
  measuredRun,
  openTrial,
  parseSubmission,
  submissionJsonSchema,
  submissionScores
} from "../src/index.ts"
import { analyticProblem, context, definitionOf } from "./context.ts"

const problem = analyticProblem("vlmop1")
const { steps, trials } = problem.budget.quick
const RATE = 0.2

/** x of every step of the mean from a start, without the suite's own run. */
function pathOf(trial: number): readonly (readonly number[])[] {
  const { values, jacobian, starts } = definitionOf(problem)
  using run = functionDescent(
    context.wasm,
    aggregatorOf(conflictMethod("mean"), 0),
    (x) => linearizeJacobian({ objectives: 2, parameters: 1, values: jacobian(x) }, values(x)),
    { start: starts[trial] ?? [], steps, optimizer: sgd({ learningRate: RATE }) }
  )
  const path = [[...(starts[trial] ?? [])]]
  for (let step = run.step(); step !== null; step = run.step()) path.push([...step.next])
  return path
}

const runOf = (trial: number) => ({ problem: "vlmop1", method: "mean", trial, learningRate: RATE, path: pathOf(trial) })
const [first, ...rest] = Array.from({ length: trials }, (_, trial) => runOf(trial))
const submission = (change: object = {}): ConflictSubmission => {
  if (first === undefined) throw new Error("there is a trial")
  const format = { format: "dualcone-conflict-submission", version: 1 } as const
  return { ...format, implementation: "Other 1.0", profile: "quick", runs: [first, ...rest], ...change }
}

test("the definitions have starts, boxes, rates and checked points of every deterministic analytic problem", () => {
  const { problems } = conflictDefinitions(context)
  expect(problems.length).toBe(28)
  expect(problems.map(({ name }) => name)).not.toContain("two-coins")
  const zdt = problems.find(({ name }) => name === "zdt1")
  expect(zdt?.box?.low.slice(0, 2)).toEqual([1e-6, 0])
  expect(zdt?.box?.high).toEqual(Array.from({ length: 10 }, () => 1))
  for (const { parameters, objectives, starts, checks, rates } of problems) {
    for (const start of starts) expect(start).toHaveLength(parameters)
    for (const { x, values, jacobian } of checks) {
      expect([x.length, values.length, jacobian.length]).toEqual([parameters, objectives, objectives])
    }
    expect(rates.full.coarse).toHaveLength(22)
  }
})

test("paths of another implementation get the areas of a run of ours", async () => {
  const [score] = submissionScores(submission(), context)
  let worst = 0
  let mean = 0
  for (let trial = 0; trial < trials; trial++) {
    using instance = await openTrial(problem, context, trial)
    const aggregator = aggregatorOf(conflictMethod("mean"), trial)
    const run = measuredRun(context.wasm, problem, instance, { aggregator, learningRate: RATE, steps })
    worst += run.worstArea / trials
    mean += run.meanArea / trials
  }
  expect(score).toMatchObject({ problem: "vlmop1", method: "mean (Other 1.0)", status: "done", bestRate: RATE })
  expect(score?.areas.worst.mean).toBeCloseTo(worst, 12)
  expect(score?.areas.mean.mean).toBeCloseTo(mean, 12)
})

test("a path that ends early has diverged, and a method without a whole rate has failed", () => {
  const short = submission({ runs: [{ ...runOf(0), path: pathOf(0).slice(0, 5) }] })
  expect(submissionScores(short, context)).toMatchObject([{ status: "failed", diverged: 1 }])
})

describe("refused by name", () => {
  test.each([
    ["a problem with noise", { problem: "two-coins" }, /runs\[0\]\.problem is "two-coins"; it must be one of ewq, /],
    ["a trial that is not there", { trial: 9 }, /runs\[0\]\.trial is 9; vlmop1 has 4 trials/],
    ["another start", { path: [[3]] }, /runs\[0\]\.path\[0\].*trial 0 starts at -8/],
    ["points of another size", { path: [[1, 2]] }, /vlmop1 has 1 parameters/],
    [
      "more steps than the budget has",
      { path: Array.from({ length: steps + 2 }, () => [-8]) },
      /there are 100 steps, so at most 101 points/
    ]
  ] as const)("%s", (_, change, message) => {
    expect(() => submissionScores(submission({ runs: [{ ...runOf(0), ...change }] }), context)).toThrow(message)
  })

  test("a rate of which a trial is missing", () => {
    expect(() => submissionScores(submission({ runs: [runOf(0)] }), context)).toThrow(/must have the trials 0 to 3/)
  })

  test("more rates than the profile allows", () => {
    const many = Array.from({ length: 23 }, (_, i) => ({ ...runOf(0), learningRate: i + 1, path: [[-8]] }))
    expect(() => submissionScores(submission({ runs: many }), context)).toThrow(/at most 22 learning rates/)
  })
})

test("the schema names what a file lacks, and describes what it may hold", async () => {
  const parse = (text: string) => Effect.runPromise(parseSubmission(text, "their.json").pipe(Effect.flip))
  expect((await parse('{"format":"dualcone-conflict-submission","version":1}')).message).toContain("their.json")
  expect(JSON.stringify(submissionJsonSchema())).toContain("x before the first update, then after each")
  const read = await Effect.runPromise(parseSubmission(JSON.stringify(submission()), "their.json"))
  expect(read.runs).toHaveLength(trials)
})
