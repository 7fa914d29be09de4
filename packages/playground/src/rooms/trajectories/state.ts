/**
 * The state of the room of trajectories, and how an address holds it.
 *
 * @module
 */
import type { ProblemChoice, Start } from "./messages.ts"

/** What is chosen. */
export interface TrajectoryState {
  readonly problem: string
  readonly methods: readonly string[]
  readonly starts: readonly Start[]
}

/** The problem of the first view: Figure 4 of "Jacobian Descent for Multi-Objective Optimization". */
const USUAL_PROBLEM = "cqf"

/** Shown at first, where a problem has them among its usual methods. */
const USUAL_METHODS = ["upgrad", "mean", "mgda", "cagrad"]
const FEWEST_METHODS = 3
const MOST_METHODS = 4

/** The choice that a problem is opened with: every start, and four methods that differ. */
export function usualState(problems: readonly ProblemChoice[], name: string): TrajectoryState {
  const problem = problemOf(problems, name)
  const usual = problem.methods.slice(0, problem.usual)
  const known = USUAL_METHODS.filter((method) => usual.includes(method))
  return {
    problem: problem.name,
    methods: known.length >= FEWEST_METHODS && usual.length > MOST_METHODS ? known : usual.slice(0, MOST_METHODS),
    starts: allStarts(problem)
  }
}

/** Every start of a problem. */
export function allStarts({ starts }: ProblemChoice): readonly Start[] {
  return Array.from({ length: starts }, (_, index) => ({ kind: "problem", index }) as const)
}

/** The problem of that name, or the usual one. */
export function problemOf(problems: readonly ProblemChoice[], name: string): ProblemChoice {
  const found = problems.find((each) => each.name === name) ?? problems.find((each) => each.name === USUAL_PROBLEM)
  if (found === undefined) throw new Error("there is no problem to choose")
  return found
}

/** What an address of the state holds. Starts are counted from 1 there, as in the room. */
export function writeState({ problem, methods, starts }: TrajectoryState, { starts: count }: ProblemChoice) {
  const parameters = new URLSearchParams({ problem, methods: methods.join(",") })
  const isAll = starts.length === count && starts.every(({ kind }) => kind === "problem")
  if (!isAll) {
    const texts = starts.map((start) => (start.kind === "own" ? start.at.join(",") : String(start.index + 1)))
    parameters.set(starts.some(({ kind }) => kind === "own") ? "from" : "starts", texts.join(","))
  }
  return parameters
}

/** The state that an address holds; what it does not say, or says wrongly, is as usual. */
export function readState(parameters: URLSearchParams, problems: readonly ProblemChoice[]): TrajectoryState {
  const usual = usualState(problems, parameters.get("problem") ?? "")
  const problem = problemOf(problems, usual.problem)
  const methods = parameters.get("methods")?.split(/,(?![^(]*\))/)
  const known = problem.methods.filter((method) => methods?.includes(method))
  return {
    problem: usual.problem,
    methods: methods === undefined ? usual.methods : known,
    starts: startsIn(parameters, problem) ?? usual.starts
  }
}

function startsIn(parameters: URLSearchParams, problem: ProblemChoice): readonly Start[] | undefined {
  const numbers = (name: string) => (parameters.get(name) ?? "").split(",").filter(Boolean).map(Number)
  const [a, b, ...rest] = numbers("from")
  if (problem.hasPlane && a !== undefined && b !== undefined && rest.length === 0 && Number.isFinite(a + b)) {
    return [{ kind: "own", at: [a, b] }]
  }
  const indices = numbers("starts").map((number) => number - 1)
  const known = allStarts(problem).filter((start) => start.kind === "problem" && indices.includes(start.index))
  return known.length > 0 ? known : undefined
}
