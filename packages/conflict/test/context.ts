/** What the tests of this package share. */
import { existsSync } from "node:fs"
import { type Generator, generator } from "@dualcone/aggregation"
import { sourceRecord } from "@dualcone/datasets"
import { loadWasm } from "@dualcone/wasm"
import { type Definition, measuresOf } from "../src/analytic/definition.ts"
import type { InstanceContext } from "../src/instance.ts"
import type { AnalyticProblem, LearnedProblem } from "../src/problem.ts"
import { conflictProblems } from "../src/registry.ts"

const packaged = sourceRecord("fashion-mnist").packaged?.folder ?? ""

/** The module, and Fashion-MNIST where the operating system's package is. */
export const context: InstanceContext = {
  wasm: await loadWasm(),
  fashionFolder: existsSync(packaged) ? packaged : null
}

/** All analytic problems. */
export const analyticProblems: readonly AnalyticProblem[] = conflictProblems.filter(
  (problem) => problem.kind === "analytic"
)

/** One of them. */
export function analyticProblem(name: string): AnalyticProblem {
  const found = analyticProblems.find((problem) => problem.name === name)
  if (found === undefined) throw new Error(`${name} is no analytic problem`)
  return found
}

/** Those whose Pareto set is known exactly. */
export const exactProblems = analyticProblems.filter(({ answer }) => answer.kind === "exact")

/** All learned problems. */
export const learnedProblems: readonly LearnedProblem[] = conflictProblems.filter(
  (problem) => problem.kind === "learned"
)

/** The definition of an analytic problem. */
export function definitionOf(problem: AnalyticProblem): Definition {
  return measuresOf(problem, context).definition
}

/** Uniform in [low, high). */
export function uniform(draw: Generator, low: number, high: number): number {
  return low + (draw.next() / 2 ** 32) * (high - low)
}

/** Feasible points near and between the starts. */
export function somePoints({ starts, parameters, project }: Definition, count: number): readonly Float64Array[] {
  const draw = generator(7)
  return Array.from({ length: count }, (_, k) => {
    const a = starts[k % starts.length] ?? []
    const b = starts[(k + 1) % starts.length] ?? []
    const t = uniform(draw, 0, 1)
    const x = Float64Array.from({ length: parameters }, (_, i) => {
      const [from = 0, to = 0] = [a[i], b[i]]
      return from + t * (to - from) + 0.1 * uniform(draw, -1, 1)
    })
    project?.(x)
    return x
  })
}
