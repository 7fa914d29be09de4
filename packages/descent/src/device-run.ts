/**
 * A run on one GPU. Steps are submitted in groups and their reports read a group at a time, while the next group is
 * already computed, so that the GPU never waits for the host. What is returned is as if steps were made one by one: a
 * step that halts stops all behind it, and a state is that after the last step that was returned, going back to a copy
 * on the GPU where later ones have been made.
 *
 * @module
 */
import { type Certificate, type Gramian, type PlannedAggregator, similarity } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { type Mark, type StepReport, type WebGpuEngine, WebGpuError } from "@dualcone/webgpu"
import { type PlannedMethods, restoreMethods, saveMethods } from "./aggregator-state.ts"
import type { Batch, Batches, StepOutcome, TrainerState } from "./engine.ts"
import { Diverged } from "./errors.ts"

/** What a run is made of. */
export interface DeviceRunOptions {
  readonly engine: WebGpuEngine
  /** Gathers a batch for the engine; the arrays may be reused by the next call. */
  readonly gather: (batch: Batch) => { readonly inputs: Float32Array; readonly labels: Int32Array }
  readonly rateAt: (iteration: number) => number
  /** Find weights on the host, by the number of rows. */
  readonly methods: PlannedMethods
  /** Every step takes its weights from the host. */
  readonly hosted: boolean
}

/** A state and the number of iterations that led to it. */
export interface Snapshot {
  readonly iteration: number
  readonly state: TrainerState
}

/** A network on one GPU, step by step. Errors are WebGpuError (`lost` once the device is gone), InputError, Diverged. */
export interface DeviceRun {
  /** The step of an iteration; iterations follow each other. */
  step(batches: Batches, iteration: number): Promise<StepOutcome>
  /** The state after the last iteration that was returned. */
  state(): Promise<Snapshot>
  /** Goes on from a state. */
  restore(snapshot: Snapshot): Promise<void>
  /** The newest state on the host; iterations since would have to be repeated were the device lost. */
  readonly snapshot: Snapshot | null
}

/** Steps under way together. */
interface Group {
  readonly first: number
  readonly count: number
  readonly started: number
  readonly reports: Promise<readonly StepReport[]>
  readonly snapshot: Promise<Snapshot> | null
  /** What keeps the iteration behind it from being submitted. */
  readonly failure: Failure | null
}

/** An error that is told when its iteration is asked for. */
interface Failure {
  readonly error: unknown
}

/** A group grows until it takes the first, shrinks when it takes more than the second, in milliseconds. */
const SHORTEST = 40
const LONGEST = 160

/** Groups that take less than this have another one behind them: going back costs no more than a group. */
const AHEAD_BELOW = 100

/** A state goes to the host after so many iterations and milliseconds, or after so many iterations alone. */
const SNAPSHOT = { iterations: 20, milliseconds: 2000, mostIterations: 2000 } as const

/** Begins with the state that the engine has, after no iteration. */
export function makeDeviceRun({ engine, gather, rateAt, methods, hosted }: DeviceRunOptions): DeviceRun {
  let of: Batches | null = null
  let returned = 0
  let submitted = 0
  let span = 1
  let ahead = false
  let collected = 0
  let flying: Group[] = []
  let ready: StepOutcome[] = []
  let failure: Failure | null = null
  let marks: Mark[] = []
  let snapshot: Snapshot | null = null
  let snapshotAsked = { iteration: 0, at: performance.now() }

  const markNow = (): Mark => {
    const mark = engine.mark()
    marks = [...marks.slice(-2), mark]
    return mark
  }
  const save = async (): Promise<Snapshot> => {
    const aggregator = saveMethods(methods)
    const { parameters, optimizer, steps } = await engine.save()
    return { iteration: steps, state: { parameters, optimizer, aggregator } }
  }
  /** A copy of the present state for the host, when one is due. */
  const snapshotWhenDue = (): Promise<Snapshot> | null => {
    const iterations = submitted - snapshotAsked.iteration
    const late = performance.now() - snapshotAsked.at >= SNAPSHOT.milliseconds
    if (iterations < (late ? SNAPSHOT.iterations : SNAPSHOT.mostIterations)) return null
    snapshotAsked = { iteration: submitted, at: performance.now() }
    const asked = save()
    asked.catch(() => {}) // whoever awaits it hears of a failure; nobody may, once an earlier step has failed
    return asked
  }
  const submit = (batches: Batches, iteration: number) => {
    const { inputs, labels } = gather(batches.at(iteration))
    engine.step(inputs, labels, { learningRate: rateAt(iteration) })
  }

  const launch = (batches: Batches) => {
    const first = submitted + 1
    const most = Math.min(span, engine.window, batches.last - submitted)
    const started = performance.now()
    const snapshotOfGroup = snapshotWhenDue()
    markNow()
    let failed: Failure | null = null
    while (submitted < first + most - 1 && failed === null) {
      try {
        submit(batches, submitted + 1)
        submitted++
      } catch (error) {
        if (error instanceof WebGpuError) throw error
        failed = { error }
      }
    }
    const count = submitted - first + 1
    if (count === 0) {
      failure = failed
      return
    }
    const reports = engine.reports()
    reports.catch(() => {}) // as above
    flying.push({ first, count, started, reports, snapshot: snapshotOfGroup, failure: failed })
  }

  const mayLaunch = (batches: Batches) =>
    failure === null &&
    submitted < batches.last &&
    flying.length < (ahead ? 2 : 1) &&
    flying.every((group) => group.failure === null)

  /** Waits for what is under way, whatever comes of it. */
  const drain = async () => {
    const rest = flying
    flying = []
    await Promise.allSettled(rest.map(({ reports }) => reports))
  }

  const pace = ({ count, started }: Group): number => {
    const now = performance.now()
    const elapsed = now - Math.max(started, collected)
    collected = now
    // A group at the end of a run is smaller than was meant.
    if (count === span) {
      if (elapsed < SHORTEST) span = Math.min(engine.window, 2 * span)
      else if (elapsed > LONGEST) span = Math.max(1, Math.floor(span / 2))
      ahead = elapsed < AHEAD_BELOW
    }
    return elapsed / count
  }

  const collect = async (batches: Batches, group: Group) => {
    const reports = await group.reports
    snapshot = (await group.snapshot) ?? snapshot
    const milliseconds = pace(group)
    for (const [i, report] of reports.entries()) {
      const iteration = group.first + i
      if (report.halted === null) {
        const { losses, meanLoss, weights, certificate, conflicts } = report
        const found = { losses, meanLoss, weights, similarity: report.similarity, certificate, conflicts }
        ready.push({ ...found, weighedOn: "webgpu", milliseconds })
        continue
      }
      await drain()
      submitted = iteration - 1
      engine.release(submitted)
      if (report.halted === "diverged") {
        failure = { error: divergedAt(iteration, report) }
        return
      }
      try {
        ready.push(await stepByHost(batches, iteration))
      } catch (error) {
        if (error instanceof WebGpuError) throw error
        failure = { error }
      }
      return
    }
    failure = group.failure
  }

  /** Losses and Gramian from the GPU, weights from the host, the update on the GPU again. */
  const stepByHost = async (batches: Batches, iteration: number): Promise<StepOutcome> => {
    const started = performance.now()
    const { inputs, labels } = gather(batches.at(iteration))
    const report = only(await engine.linearize(inputs, labels))
    const { losses, meanLoss, gramian, conflicts } = report
    if (report.halted === "diverged" || gramian === null) throw divergedAt(iteration, report)
    const method = methods.get(losses.length)
    const { weights, certificate } = weigh(method, losses, gramian)
    const before = markNow()
    engine.update(weights, { learningRate: rateAt(iteration) })
    if (method?.observe !== undefined) {
      const again = gather(batches.at(iteration))
      const { losses: after } = only(await engine.linearize(again.inputs, again.labels))
      try {
        method.observe(after)
      } catch (error) {
        engine.recall(before)
        throw error
      }
    }
    submitted = iteration
    markNow()
    const milliseconds = performance.now() - started
    const found = { losses, meanLoss, weights, similarity: similarity(gramian, weights), certificate, conflicts }
    return { ...found, weighedOn: "cpu", milliseconds }
  }

  /** Takes back what was made behind the last iteration that was returned. */
  const settle = async () => {
    const batches = of
    await drain()
    ready = []
    failure = null
    if (submitted === returned || batches === null) return
    const mark = marks.findLast(({ steps }) => steps <= returned)
    if (mark === undefined) throw new WebGpuError("lost", "the GPU kept no state to go back to")
    engine.recall(mark)
    for (let iteration = mark.steps + 1; iteration <= returned; iteration++) submit(batches, iteration)
    const repeated = mark.steps < returned ? await engine.reports() : []
    if (repeated.some(({ halted }) => halted !== null)) throw new WebGpuError("lost", "the GPU did not repeat a step")
    submitted = returned
  }

  return {
    async step(batches, iteration) {
      if (iteration !== returned + 1) {
        const rule = `iterations follow each other, and the last one was ${returned}`
        throw new InputError({ rule, place: "the iteration", value: iteration })
      }
      if (batches !== of) await settle()
      of = batches
      if (hosted) {
        snapshot = (await snapshotWhenDue()) ?? snapshot
        const outcome = await stepByHost(batches, iteration)
        returned = iteration
        return outcome
      }
      while (ready.length === 0) {
        while (mayLaunch(batches)) launch(batches)
        const group = flying.shift()
        if (group === undefined && failure !== null) throw failure.error
        if (group === undefined) {
          const rule = `the run has only ${batches.last} iterations`
          throw new InputError({ rule, place: "the iteration", value: iteration })
        }
        await collect(batches, group)
      }
      const [outcome, ...rest] = ready
      if (outcome === undefined) throw new WebGpuError("lost", "the GPU gave no report")
      ready = rest
      returned = iteration
      return outcome
    },
    async state() {
      await settle()
      return save()
    },
    async restore(given) {
      await drain()
      ready = []
      failure = null
      marks = []
      const { parameters, optimizer, aggregator } = given.state
      restoreMethods(methods, aggregator)
      for (const name of given.iteration > 0 ? engine.vectors : []) {
        if (optimizer.has(name)) continue
        throw new InputError({ rule: "the optimizer needs it", place: `the saved ${name}`, value: undefined })
      }
      engine.load({ parameters, optimizer, steps: given.iteration })
      engine.release(given.iteration)
      returned = given.iteration
      submitted = given.iteration
      snapshot = given
      snapshotAsked = { iteration: given.iteration, at: performance.now() }
    },
    get snapshot() {
      return snapshot
    }
  }
}

/** The one report of an engine without replicas. */
function only(reports: readonly StepReport[]): StepReport {
  const [report] = reports
  if (report === undefined) throw new WebGpuError("lost", "the GPU gave no report")
  return report
}

/** The decision of a method; its direction is the device's to form. */
function weigh(
  method: PlannedAggregator | undefined,
  losses: Float64Array,
  gramian: Gramian
): { readonly weights: Float64Array; readonly certificate: Certificate | null } {
  const objectives = losses.length
  if (method === undefined) {
    const rule = "the trainer was not planned for it"
    throw new InputError({ rule, place: "the number of examples of the batch", value: objectives })
  }
  const nothing = new Float64Array(0)
  const { weights, certificate } = method.aggregate({
    objectives,
    parameters: 0,
    values: losses,
    gramian: () => gramian,
    pullback: () => nothing
  })
  if (weights === null) {
    const rule = "its direction must be a combination of the rows"
    throw new InputError({ rule, place: "the aggregator", value: method.asks })
  }
  return { weights: weights.slice(), certificate }
}

function divergedAt(iteration: number, { losses, gramian }: StepReport): Diverged {
  const loss = losses.findIndex((value) => !Number.isFinite(value))
  if (loss < 0 && gramian !== null) {
    const { objectives, values } = gramian
    for (let example = 0; example < objectives; example++) {
      const norm = values[example * (objectives + 1)] ?? Number.NaN
      if (!Number.isFinite(norm)) return new Diverged({ iteration, quantity: "Gramian", example, value: String(norm) })
    }
  }
  if (loss < 0) return new Diverged({ iteration, quantity: "parameter", example: 0, value: "not finite" })
  return new Diverged({ iteration, quantity: "loss", example: loss, value: String(losses[loss]) })
}
