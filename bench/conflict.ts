/**
 * TorchJD on the conflict suite's analytic problems: the same formulas, restated in PyTorch, the same trajectories, and
 * TorchJD's runs as a submission that the suite measures.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { type Aggregator, linearizeJacobian, parseAggregator } from "@dualcone/aggregation"
import {
  type AnalyticProblem,
  aggregatorOf,
  type ConflictSubmission,
  conflictDefinitions,
  conflictMethod,
  definitionOf,
  type ExportedProblem,
  type InstanceContext,
  restatableProblems
} from "@dualcone/conflict"
import { adam, functionDescent, sgd } from "@dualcone/descent"
import { InputError, loadWasm } from "@dualcone/wasm"

/** How far two trajectories may be apart, in units of the largest entry of either, and over so many steps. */
export const TOLERANCE = 1e-6
const STEPS = 100

/** How far restated values and rows may be from ours, relative to their largest entry. */
const FORMULA_TOLERANCE = 1e-12

/** Of the problem's unit rate; Adam's rates are lengths of steps. */
const RATE = 0.2
/** Where the unit lies above what sums of rows allow. */
const slower: Readonly<Record<string, number>> = { "regression-1e6": 4e-4, "hull-scales": 2e-3 }

/** Methods that both compute exactly, and for which numbers of objectives. */
const compared: readonly { readonly method: string; readonly exactFor: (objectives: number) => boolean }[] = [
  { method: "mean", exactFor: () => true },
  { method: "upgrad", exactFor: () => true },
  { method: "dualproj", exactFor: () => true },
  { method: "imtl-g", exactFor: () => true },
  { method: "aligned-mtl", exactFor: () => true },
  // TorchJD's Frank-Wolfe iteration ends after one exact step where there are two objectives.
  { method: "mgda", exactFor: (objectives) => objectives === 2 },
  // Only the order of more than one other row is drawn.
  { method: "pcgrad", exactFor: (objectives) => objectives <= 2 }
  // CAGrad's program goes through cvxpy there, to its default tolerances: paths are 10⁻⁵ apart as a rule.
]

/** Methods that leave out eigenvalues below a cut-off, and the factor by which ours is moved. */
const CUT_OFF = ["imtl-g", "aligned-mtl"]
const CUTOFF_FACTOR = 1000
const NUDGE = 1e-12

/** What is asked of the peer. */
interface Asked {
  readonly problem: string
  readonly method: string
  readonly trial: number
  readonly learningRate: number
  readonly steps: number
}

/** Its answer. */
interface Answer {
  readonly library: string
  readonly methods: readonly string[]
  readonly checks: readonly { readonly problem: string; readonly values: number; readonly jacobian: number }[]
  readonly runs: readonly (Asked & { readonly path: readonly (readonly number[])[] })[]
}

/** One problem and method beside each other. */
export interface ComparedTrajectories {
  readonly problem: string
  readonly method: string
  /** Largest difference of a coordinate at any step, over the largest coordinate of the path or 1. */
  readonly difference: number
  /**
   * Whether our own path from a start that is 10⁻¹² away, or with a thousand times the cut-off of its pseudo-inverse, is
   * another: then rounding decides, as at the bottom of a canyon or about eigenvalues that are 0, and no two programs need
   * agree.
   */
  readonly hangsOnRounding: boolean
}

/** What a comparison found. */
export interface ConflictComparison {
  readonly library: string
  readonly steps: number
  readonly formulas: Answer["checks"]
  readonly trajectories: readonly ComparedTrajectories[]
  /** Methods that the peer's installation lacks. */
  readonly missing: readonly string[]
}

/** Compares; the peer is the Python at this path, with torch, torchjd, quadprog and qpsolvers, and cvxpy for CAGrad. */
export async function compareTrajectories(python: string): Promise<ConflictComparison> {
  const context: InstanceContext = { wasm: await loadWasm(), fashionFolder: null }
  const problems = restatableProblems(context)
  const { methods } = ask(python, context, [])
  const pairs = problems.flatMap((problem) =>
    compared
      .filter(({ method, exactFor }) => methods.includes(method) && exactFor(definitionOf(problem, context).objectives))
      .map(({ method }) => ({ problem, method }))
  )
  const asked = pairs.flatMap(({ problem, method }) =>
    [0, 1].map((trial): Asked => {
      const factor = problem.optimizer === "adam" ? 0.5 : (slower[problem.name] ?? RATE)
      const learningRate = factor * problem.unitRate
      return { problem: problem.name, method, trial, learningRate, steps: STEPS }
    })
  )
  const answer = ask(python, context, asked)
  const trajectories = pairs.map(({ problem, method }) => {
    const theirs = answer.runs.filter((run) => run.problem === problem.name && run.method === method)
    const paths = theirs.map((run) => ({ run, ours: ourPath(context, problem, run) }))
    const difference = Math.max(...paths.map(({ run, ours }) => distanceOf(ours, run.path)))
    const hangsOnRounding = paths.some(({ run, ours }) =>
      variants(problem, context, method).some((variant) => {
        return !(distanceOf(ours, ourPath(context, problem, run, variant)) <= TOLERANCE)
      })
    )
    return { problem: problem.name, method, difference, hangsOnRounding }
  })
  const missing = compared.map(({ method }) => method).filter((method) => !methods.includes(method))
  return { library: answer.library, steps: STEPS, formulas: answer.checks, trajectories, missing }
}

/** TorchJD's runs at the coarse rates of the quick profile, on these problems. */
export async function torchSubmission(python: string, names: readonly string[]): Promise<ConflictSubmission> {
  const context: InstanceContext = { wasm: await loadWasm(), fashionFolder: null }
  const { problems } = conflictDefinitions(context)
  const { methods, library } = ask(python, context, [])
  const chosen = names.map((name): ExportedProblem => {
    const found = problems.find((problem) => problem.name === name)
    if (found !== undefined) return found
    const rule = `it must be one of ${problems.map((problem) => problem.name).join(", ")}`
    throw new InputError({ rule, place: "an entry of --problems", value: name })
  })
  const asked = chosen.flatMap(({ name, budget, rates }) =>
    methods.flatMap((method) =>
      rates.quick.coarse.flatMap((learningRate) =>
        Array.from({ length: budget.quick.trials }, (_, trial) => {
          return { problem: name, method, trial, learningRate, steps: budget.quick.steps }
        })
      )
    )
  )
  const [first, ...rest] = ask(python, context, asked).runs.map(({ steps: _, ...run }) => run)
  if (first === undefined) throw new Error("the peer made no run")
  const format = { format: "dualcone-conflict-submission", version: 1 } as const
  return { ...format, implementation: library, profile: "quick", runs: [first, ...rest] }
}

/** What makes no difference but by rounding. */
interface Variant {
  readonly aggregator?: Aggregator
  /** Added to each coordinate of the start. */
  readonly nudge?: number
}

function variants(problem: AnalyticProblem, context: InstanceContext, method: string): readonly Variant[] {
  const nudged = [{ nudge: NUDGE }, { nudge: -NUDGE }]
  if (!CUT_OFF.includes(method)) return nudged
  const cutoff = CUTOFF_FACTOR * definitionOf(problem, context).objectives * Number.EPSILON
  return [...nudged, { aggregator: parseAggregator({ name: method, cutoff }, "the method with another cut-off") }]
}

/** Our path of a run, from the definition alone. */
function ourPath(
  context: InstanceContext,
  problem: AnalyticProblem,
  run: Asked,
  { aggregator = aggregatorOf(conflictMethod(run.method), run.trial), nudge = 0 }: Variant = {}
): readonly Float64Array[] {
  const { objectives, parameters, values, jacobian, project, starts } = definitionOf(problem, context)
  const start = Float64Array.from(starts[run.trial % starts.length] ?? [], (entry) => entry + nudge)
  const { learningRate, steps } = run
  using descent = functionDescent(
    context.wasm,
    aggregator,
    (x) => linearizeJacobian({ objectives, parameters, values: jacobian(x) }, values(x)),
    {
      start,
      steps,
      optimizer: problem.optimizer === "adam" ? adam({ learningRate }) : sgd({ learningRate }),
      ...(project === undefined ? {} : { project })
    }
  )
  const path: Float64Array[] = [start]
  for (let step = descent.step(); step !== null; step = descent.step()) path.push(step.next)
  return path
}

function distanceOf(ours: readonly Float64Array[], theirs: readonly ArrayLike<number>[]): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  let size = 1
  let difference = 0
  ours.forEach((point, k) => {
    point.forEach((entry, i) => {
      size = Math.max(size, Math.abs(entry))
      difference = Math.max(difference, Math.abs(entry - (theirs[k]?.[i] ?? Number.NaN)))
    })
  })
  return difference / size
}

function ask(python: string, context: InstanceContext, runs: readonly Asked[]): Answer {
  const script = fileURLToPath(new URL("./peers/torchjd_conflict.py", import.meta.url))
  const input = JSON.stringify({ definitions: conflictDefinitions(context), runs })
  const { status, stdout, stderr, error } = spawnSync(python, [script], { input, encoding: "utf8", maxBuffer: 2 ** 30 })
  if (status !== 0) {
    throw new Error(`${python} ended with code ${status}: ${error?.message ?? stderr.trim().split("\n").at(-1)}`)
  }
  return JSON.parse(stdout)
}

/** What is further apart than it may be, in words; empty where all agree. */
export function disagreements({ formulas, trajectories, steps }: ConflictComparison): readonly string[] {
  return [
    ...formulas
      .filter(({ values, jacobian }) => !(Math.max(values, jacobian) <= FORMULA_TOLERANCE))
      .map(({ problem, values, jacobian }) => `${problem}: values differ by ${values}, rows by ${jacobian}`),
    ...trajectories
      .filter(({ difference, hangsOnRounding }) => !hangsOnRounding && !(difference <= TOLERANCE))
      .map(({ problem, method, difference }) => `${method} on ${problem}: ${difference} after ${steps} steps`)
  ]
}

/** The table: problems down, methods across, the largest difference. */
export function comparisonText(comparison: ConflictComparison): string {
  const { library, steps, formulas, trajectories, missing } = comparison
  const methods = [...new Set(trajectories.map(({ method }) => method))]
  const lines = formulas.map(({ problem }) => {
    const cells = methods.map((method) => {
      const found = trajectories.find((one) => one.problem === problem && one.method === method)
      const mark = found?.hangsOnRounding ? "*" : " "
      return `${(found === undefined ? "-" : found.difference.toExponential(0)).padStart(11)}${mark}`
    })
    return problem.padEnd(18) + cells.join("")
  })
  const worst = Math.max(...formulas.map(({ values, jacobian }) => Math.max(values, jacobian)))
  const left = missing.length === 0 ? "" : `; not there: ${missing.join(", ")}`
  return `${library} beside Dualcone, float64, ${steps} steps from two starts: largest difference of a coordinate, relative to the path
${" ".repeat(18)}${methods.map((method) => method.padStart(12)).join("")}
${lines.join("\n")}
formulas restated in PyTorch, derivatives by autograd: within ${worst.toExponential(0)} on ${formulas.length} problems${left}
*: rounding decides: our own path from a start 1e-12 away, or with another cut-off of eigenvalues, is as far off
`
}
