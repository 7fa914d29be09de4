/**
 * The loop that all pipelines on functions share: linearize, aggregate, update; one step at a time, without effects.
 *
 * @module
 */
import {
  type Aggregator,
  type Certificate,
  type Conflicts,
  conflicts,
  type Linearization,
  type PlannedAggregator,
  planAggregator,
  restoreState,
  type State,
  saveState,
  similarity
} from "@dualcone/aggregation"
import { InputError, type Wasm } from "@dualcone/wasm"
import { cosine } from "../cosine.ts"
import { Diverged } from "../errors.ts"
import { makeOptimizer, type Optimizer, type OptimizerSpecification } from "../optimizers/optimizer.ts"

/** Everything that a step changes: enough to go on to the same bits. */
export interface DescentState {
  /** Completed iterations. */
  readonly iteration: number
  /** x. */
  readonly parameters: Float64Array
  /** The vectors of the optimizer, by name. */
  readonly optimizer: ReadonlyMap<string, Float64Array>
  /** What the aggregator remembers. */
  readonly aggregator: State
}

/** One iteration on a function. Arrays are the caller's own. */
export interface DescentStep {
  /** Counted from 1. */
  readonly iteration: number
  /** x before the update. */
  readonly parameters: Float64Array
  /** f(x), or its estimate, before the update. */
  readonly values: Float64Array
  /** What the optimizer was given. */
  readonly direction: Float64Array
  /** Null for a method whose direction is no combination of the rows. */
  readonly weights: Float64Array | null
  /** Cosine of the direction and the mean gradient; 0 when one of the two is zero. */
  readonly similarity: number
  /** Null for methods that ask for no Gramian. */
  readonly conflicts: Conflicts | null
  /** Null for methods that solve no program. */
  readonly certificate: Certificate | null
  /** x after the update. */
  readonly next: Float64Array
  /** The state after this step; to be called before the next one. */
  save(): DescentState
}

/** What every pipeline on a function takes. */
export interface FunctionDescentOptions {
  /** x of the first step: n numbers. */
  readonly start: ArrayLike<number>
  readonly optimizer: OptimizerSpecification
  /** Iterations, those before `resume` included. */
  readonly steps: number
  /** Puts x back into the feasible set after each update, in place. */
  readonly project?: (x: Float64Array) => void
  /** Goes on from here, to the same bits as an unbroken run. */
  readonly resume?: DescentState
}

/** A descent that is pulled step by step. Dispose it to give its memory back. */
export interface FunctionDescent extends Disposable {
  /** Null after the last step. @throws Diverged, and InputError for an objective that breaks a rule. */
  step(): DescentStep | null
}

/**
 * Plans a descent. `linearize` is asked at each x and iteration, counted from 1; for the same arguments it must give the
 * same answer.
 *
 * @throws InputError for options that break a rule.
 */
export function functionDescent(
  wasm: Wasm,
  aggregator: Aggregator,
  linearize: (x: Float64Array, iteration: number) => Linearization<Float64Array>,
  { start, optimizer: specification, steps, project, resume }: FunctionDescentOptions
): FunctionDescent {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new InputError({ rule: "it must be a whole number, at least 0", place: "the number of steps", value: steps })
  }
  const x = checkedStart(resume?.parameters ?? start)
  if (x.length !== start.length) {
    const rule = `the run starts from ${start.length}`
    throw new InputError({ rule, place: "the number of parameters to resume from", value: x.length })
  }
  const optimizer = makeOptimizer(specification, x.length, "float64", wasm.functions)
  if (resume !== undefined) restoreVectors(optimizer, resume.optimizer)
  let iteration = resume?.iteration ?? 0
  let planned: PlannedAggregator | undefined
  let rows = 0

  const plan = (objectives: number): PlannedAggregator => {
    if (planned !== undefined && objectives === rows) return planned
    if (planned !== undefined) {
      const rule = `it was ${rows} in the first step`
      throw new InputError({ rule, place: "the number of objectives", value: objectives })
    }
    planned = planAggregator(wasm, aggregator, { objectives, parameters: x.length })
    rows = objectives
    if (resume !== undefined) restoreState(planned.state, resume.aggregator)
    return planned
  }

  return {
    step() {
      if (iteration >= steps) return null
      const current = iteration + 1
      const before = x.slice()
      const linearization = linearize(x, current)
      const { values } = linearization
      values.forEach((value, row) => {
        if (!Number.isFinite(value)) throw diverged(current, row, value)
      })
      const method = plan(linearization.objectives)
      const { direction: view, weights, certificate } = method.aggregate(linearization)
      // The diagnosis may ask for another pullback, which may write to the same buffer.
      const direction = view.slice()
      const [cosine, found] = diagnose(method, linearization, direction, weights)
      optimizer.update(x, direction, current)
      project?.(x)
      method.observe?.(linearize(x, current).values)
      iteration = current
      return {
        iteration,
        parameters: before,
        values: values.slice(),
        direction,
        weights: weights?.slice() ?? null,
        similarity: cosine,
        conflicts: found,
        certificate,
        next: x.slice(),
        save: () => ({
          iteration,
          parameters: x.slice(),
          optimizer: new Map([...optimizer.vectors].map(([name, vector]) => [name, Float64Array.from(vector)])),
          aggregator: saveState(method.state)
        })
      }
    },
    [Symbol.dispose]() {
      planned?.[Symbol.dispose]()
      planned = undefined
    }
  }
}

/** Similarity and conflicts; neither costs a Gramian that the method did not ask for. */
function diagnose(
  method: PlannedAggregator,
  linearization: Linearization<Float64Array>,
  direction: Float64Array,
  weights: Float64Array | null
): readonly [number, Conflicts | null] {
  if (method.asks === "gramian" && weights !== null) {
    const gramian = linearization.gramian()
    return [similarity(gramian, weights), conflicts(gramian)]
  }
  const m = linearization.objectives
  return [cosine(direction, linearization.pullback(new Float64Array(m).fill(1 / m))), null]
}

function checkedStart(start: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(start)
  if (x.length === 0) throw new InputError({ rule: "it must have an entry", place: "the start", value: [] })
  const wrong = x.findIndex((entry) => !Number.isFinite(entry))
  if (wrong < 0) return x
  throw new InputError({ rule: "it must be finite", place: `entry ${wrong} of the start`, value: start[wrong] })
}

function restoreVectors(optimizer: Optimizer, saved: ReadonlyMap<string, Float64Array>): void {
  for (const [name, vector] of optimizer.vectors) {
    const kept = saved.get(name)
    if (kept?.length !== vector.length) {
      const rule = `the optimizer needs its ${vector.length} entries`
      throw new InputError({ rule, place: `the saved ${name}`, value: kept?.length })
    }
    vector.set(kept)
  }
}

function diverged(iteration: number, row: number, value: number): Diverged {
  return new Diverged({ iteration, quantity: "objective", example: row, value: String(value) })
}
