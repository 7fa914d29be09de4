/**
 * The worker of the room: problems, their pictures, and paths on them.
 *
 * @module
 */
import { aggregate, linearizeJacobian, mgda } from "@dualcone/aggregation"
import {
  type Problem,
  problemByName,
  problems,
  runTrajectory,
  trajectoryAggregator,
  usualMethods
} from "@dualcone/descent"
import {
  BANDS,
  bandColour,
  finitePart,
  type Pixel,
  parameterSpace,
  type Space,
  thinInTime,
  valueSpace
} from "@dualcone/descent/drawing"
import { InputError, loadWasm, type Wasm } from "@dualcone/wasm"
import { type EndState, endState } from "./end-state.ts"
import {
  type Answer,
  type Job,
  type Line,
  type ProblemChoice,
  type Ran,
  type Request,
  SIDE,
  type SpacePicture
} from "./messages.ts"

/** Offered on every problem, behind the usual ones of the problem itself. */
const OFFERED = usualMethods("cqf")

/** Points of a line: more cannot be told apart. */
const MOST_POINTS = 2000

const loading = loadWasm()
const say = (answer: Answer) => postMessage(answer)

/** Of the latest request. */
let jobs: readonly Job[] = []
let isRunning = false

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const wasm = await loading
  if (data.kind === "show") {
    say({
      kind: "scene",
      problem: data.problem,
      spaces: spacesOf(problemByName(data.problem, wasm.functions)).map(pictureOf)
    })
    return
  }
  jobs = data.jobs
  if (!isRunning) await runAll(wasm)
}

const wasm = await loading
say({ kind: "problems", problems: choices(wasm), fieldStyle: fieldStyle() })

/** Between two paths newer requests are heard. */
async function runAll(wasm: Wasm): Promise<void> {
  isRunning = true
  for (let [job] = jobs; job !== undefined; [job] = jobs) {
    jobs = jobs.slice(1)
    try {
      say({ kind: "ran", ran: run(wasm, job) })
    } catch (error) {
      say({ kind: "refused", job, reason: error instanceof Error ? error.message : String(error) })
    }
    await new Promise((resolve) => setTimeout(resolve))
  }
  isRunning = false
}

/** Those whose Pareto set is known: there the room can say how a path ended. */
function choices({ functions }: Wasm): readonly ProblemChoice[] {
  return problems(functions)
    .filter(({ paretoSet }) => paretoSet !== null)
    .map(({ name, title, source, starts, view }) => ({
      name,
      title,
      source,
      methods: [...new Set([...usualMethods(name), ...OFFERED])],
      usual: usualMethods(name).length,
      starts: starts.length,
      hasPlane: view.parameters !== null
    }))
}

const drawn = new Map<string, readonly Space[]>()

/** The spaces of a problem; their grounds take a while, and are drawn once. */
function spacesOf(problem: Problem): readonly Space[] {
  const known = drawn.get(problem.name)
  if (known !== undefined) return known
  const parameters = parameterSpace(problem, SIDE)
  const spaces = [...(parameters === null ? [] : [parameters]), valueSpace(problem, SIDE)]
  drawn.set(problem.name, spaces)
  return spaces
}

function pictureOf({ name, labels, window, xTicks, yTicks, ground, hasField }: Space): SpacePicture {
  return { name, labels, window, xTicks, yTicks, ground, hasField }
}

/** As `dualcone trajectories` runs it. */
function run(wasm: Wasm, job: Job): Ran {
  const problem = problemByName(job.problem, wasm.functions)
  const lambda = "lambda" in problem ? { lambda: problem.lambda } : {}
  const aggregator = trajectoryAggregator(job.method, { ...lambda, seed: 0 })
  const start = startOf(problem, job)
  const { path, end, distance, increases } = runTrajectory(wasm, { problem, aggregator, start, seed: 0 })
  return {
    job,
    steps: path.length - 1,
    lines: spacesOf(problem).map((space) => lineOf(finitePart(path, space))),
    end: [...end],
    distance,
    endState: judged(wasm, problem, path, [...increases])
  }
}

function startOf(problem: Problem, { start }: Job): ArrayLike<number> {
  if (start.kind === "problem") {
    const given = problem.starts[start.index]
    if (given !== undefined) return given
    const rule = `${problem.name} has ${problem.starts.length} starts`
    throw new InputError({ rule, place: "the start, counted from 0", value: start.index })
  }
  const { parameters } = problem.view
  if (parameters !== null) return parameters.at(...start.at)
  throw new InputError({ rule: "no plane stands for the parameters", place: "the start", value: start.at })
}

function lineOf(pixels: readonly Pixel[]): Line {
  const kept = thinInTime(
    pixels.map(([x, y], update) => [x, y, update]),
    0.2,
    MOST_POINTS
  )
  return {
    points: Float32Array.from(kept.flatMap(([x, y]) => [x, y] as const)),
    updates: Uint32Array.from(kept.map(([, , update]) => update))
  }
}

function judged(wasm: Wasm, problem: Problem, path: readonly Float64Array[], increases: readonly number[]): EndState {
  const [start = new Float64Array()] = path
  const end = path.at(-1) ?? start
  const { x, y } = problem.view.values.window
  const lengths = path.slice(1).map((point, k) => apart(point, path[k] ?? point))
  const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0)
  return endState({
    startDistance: problem.paretoSet?.distance(start) ?? Number.NaN,
    distance: problem.paretoSet?.distance(end) ?? Number.NaN,
    length: total(lengths),
    lastTenth: total(lengths.slice(Math.floor(lengths.length * 0.9))),
    straight: apart(start, end),
    shortest: shortestCombination(wasm, problem, end),
    increases,
    extents: [x[1] - x[0], y[1] - y[0]],
    isStochastic: problem.sample !== undefined
  })
}

/** ‖Jᵀ w‖ of MGDA's w, over the length of the longest row. */
function shortestCombination(wasm: Wasm, problem: Problem, point: Float64Array): number {
  const values = problem.jacobian(point)
  if (!values.every(Number.isFinite)) return Number.NaN
  const { objectives, parameters } = problem
  const { direction } = aggregate(wasm, mgda(), linearizeJacobian({ values, objectives, parameters }))
  const longest = Math.max(
    ...Array.from({ length: objectives }, (_, i) =>
      Math.hypot(...values.subarray(i * parameters, (i + 1) * parameters))
    )
  )
  return longest === 0 ? 0 : Math.hypot(...direction) / longest
}

function apart(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((entry, k) => entry - (b[k] ?? Number.NaN)))
}

/** The bands of the field of conflict, on light and dark grounds. */
function fieldStyle(): string {
  return Array.from({ length: 2 * BANDS + 1 }, (_, k) => k - BANDS)
    .map((band) => `.field${band}{fill:light-dark(${bandColour("light", band)},${bandColour("dark", band)})}`)
    .join("")
}
