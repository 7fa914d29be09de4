/**
 * Two runs from one start, the mean's and its rival's, step by step in turn: made to go on, rest and be looked at. The
 * bits are those of `dualcone train`, however often the runs rest.
 *
 * @module
 */
import {
  areaUnderLoss,
  type Checkpoint,
  crossEntropy,
  type Dualcone,
  InputError,
  instanceWise,
  mean,
  networks,
  parseAggregator,
  readSafetensors,
  runDigest,
  type Schedule,
  type Step,
  sgd,
  shuffled,
  type TrainOptions
} from "dualcone"
import { encodeParameters, median, parametersOf } from "dualcone/effect"
import type { Examples } from "./examples.ts"
import { type Look, makeLook, type Parameters } from "./look.ts"
import { type Begun, type Both, type Ending, type Report, type Side, sides, type Task } from "./protocol.ts"

/** Steps from the start that are pictured more often: there most is settled. */
const FIRST = 12

/** Between two pictures, usually and at least, and between two reports of steps, in milliseconds. */
const PICTURES = 400
const LEAST = 150
const REPORTS = 100

/** The pace is the median of so many of the last steps, without the first ones, in which everything is new. */
const PACED = 25
const WARM_UP = 3

/** Runs under way. */
export interface TwoRuns extends Disposable {
  readonly begun: Begun
  /** Makes steps, at most so many, until `rest` is called or the runs are at their end. */
  goOn(most: number): Promise<void>
  /** Lets `goOn` end after the step under way. */
  rest(): void
  /** What both networks see in 28 × 28 levels, again with each picture; null: no more. */
  draw(drawing: Uint8Array | null): void
  /** The parameters of the newest state that was kept, as a file. */
  save(side: Side): Uint8Array
}

/**
 * Plans both runs. Nothing is trained before `goOn`.
 *
 * @throws {InputError} for settings, examples or parameters that do not fit
 */
export async function beginRuns(
  dualcone: Dualcone,
  threads: number,
  { settings, start }: Task,
  { training, unseen }: Examples,
  tell: (report: Report) => void
): Promise<TwoRuns> {
  const { epochs, seed, engine } = settings
  const batchSize = Math.min(settings.batchSize, training.examples)
  const schedule = shuffled({ examples: training.examples, batchSize, epochs, seed })
  const look = await makeLook(training, batchSize, threads)
  const parameters = start === null ? undefined : parametersOf(readSafetensors(start.bytes, start.name))
  let [pictured, picturedAt] = [0, 0]
  const trainingOf = (side: Side): TrainOptions => ({
    network: networks.mnist,
    data: training,
    objective: instanceWise(crossEntropy),
    aggregator: side === "mean" ? mean() : parseAggregator(settings.rival),
    optimizer: sgd({ learningRate: settings.rates[side] }),
    batchSize,
    epochs,
    seed,
    engine,
    threads,
    ...(parameters === undefined ? {} : { parameters }),
    // Not after the first step: its own picture needs the state before it, with which the loop begins.
    checkpointAfter: (iteration) =>
      iteration > 1 && (iteration < FIRST || iteration === pictured - 1 || iteration === schedule.iterations - 1)
  })
  const options = both(trainingOf)
  const kept: Record<Side, Checkpoint | undefined> = { mean: undefined, rival: undefined }
  const paces: Both<number[]> = { mean: [], rival: [] }
  const told = collectSteps(tell)
  let [resting, drawing]: [boolean, Uint8Array | null] = [true, null]

  const stateOf = (side: Side): Parameters => {
    const state = kept[side]
    if (state === undefined) {
      throw new InputError({ rule: "the runs must have begun", place: `the state of ${side}`, value: undefined })
    }
    return state.parameters
  }
  const predict = () => {
    if (drawing === null || kept.mean === undefined) return
    const levels = drawing
    tell({ kind: "prediction", prediction: both((side) => look.classes(stateOf(side), levels)) })
  }

  const goOn = async (most: number): Promise<boolean> => {
    const runs = both((side) => {
      const resume = kept[side]
      return dualcone.train({ ...options[side], ...(resume === undefined ? {} : { resume }) })
    })
    const loops = both((side) => runs[side][Symbol.asyncIterator]())
    let iteration = 0
    try {
      for (let made = 0; made < most && !resting; made++) {
        for (const side of sides) kept[side] = runs[side].checkpoint() ?? kept[side]
        const steps = { mean: await loops.mean.next(), rival: await loops.rival.next() }
        if (steps.mean.done === true || steps.rival.done === true) return true
        const step: Both<Step> = { mean: steps.mean.value, rival: steps.rival.value }
        iteration = step.mean.iteration
        told.add(step)
        for (const side of sides) paces[side].push(step[side].milliseconds)
        // The state before this step: kept on the way, or that with which the loop began.
        const before = both((side) =>
          [kept[side], runs[side].checkpoint()].find((state) => state?.iteration === iteration - 1)
        )
        const due = made === 0 || iteration === schedule.iterations || performance.now() - picturedAt >= LEAST
        if (due && before.mean !== undefined && before.rival !== undefined) {
          picturedAt = performance.now()
          const states = { mean: before.mean.parameters, rival: before.rival.parameters }
          told.flush()
          tell({ kind: "picture", picture: pictureOf(look, training, schedule, states, step) })
          const round = paceOf(paces.mean) + paceOf(paces.rival)
          if (paces.mean.length > WARM_UP)
            tell({ kind: "pace", engine, milliseconds: both((side) => paceOf(paces[side])) })
          predict()
          pictured = iteration + Math.max(2, Math.ceil(PICTURES / Math.max(1, round)))
        }
        if (iteration === schedule.iterations) return true
      }
      return false
    } finally {
      for (const side of sides) {
        await loops[side].return?.(undefined)
        kept[side] = runs[side].checkpoint() ?? kept[side]
      }
      told.flush()
    }
  }

  const endingOf = async (): Promise<Ending> => {
    const digests: Record<Side, string> = { mean: "", rival: "" }
    const areas: Record<Side, number> = { mean: 0, rival: 0 }
    const accuracies: Record<Side, number> = { mean: 0, rival: 0 }
    for (const side of sides) {
      const losses = kept[side]?.history.losses ?? new Float64Array(0)
      digests[side] = await runDigest(losses, stateOf(side))
      areas[side] = areaUnderLoss(losses, schedule.iterationsPerEpoch)
      if (unseen === null) continue
      const { classes } = await dualcone.predict({
        ...{ network: networks.mnist, parameters: stateOf(side), data: unseen, engine: "cpu" }
      })
      accuracies[side] = classes.filter((found, i) => found === unseen.labels[i]).length / unseen.examples
    }
    return { digests, areas, accuracies: unseen === null ? null : accuracies, unseen: unseen?.examples ?? 0 }
  }

  return {
    begun: {
      iterations: schedule.iterations,
      iterationsPerEpoch: schedule.iterationsPerEpoch,
      batchSize,
      examples: training.examples,
      parameters: look.parameters,
      threads: look.threads
    },
    async goOn(most) {
      const before = kept.mean?.iteration ?? 0
      if (before < schedule.iterations) {
        resting = false
        const ended = await goOn(most)
        predict()
        if (ended) tell({ kind: "ended", ending: await endingOf() })
      }
      tell({ kind: "rests", iteration: kept.mean?.iteration ?? 0 })
    },
    rest() {
      resting = true
    },
    draw(levels) {
      drawing = levels
      predict()
    },
    save(side) {
      const state = kept[side]
      return encodeParameters({ parameters: stateOf(side), shapes: state?.shapes ?? new Map() })
    },
    [Symbol.dispose]: () => look[Symbol.dispose]()
  }
}

function both<T>(of: (side: Side) => T): Both<T> {
  return { mean: of("mean"), rival: of("rival") }
}

function paceOf(milliseconds: readonly number[]): number {
  return median(milliseconds.slice(Math.min(WARM_UP, milliseconds.length - 1)).slice(-PACED)) ?? 0
}

/** Steps on their way to the page: many in one report. */
function collectSteps(tell: (report: Report) => void) {
  let steps: Both<Step>[] = []
  let toldAt = 0
  const flush = () => {
    const [first] = steps
    if (first === undefined) return
    const numbers = (of: (step: Step) => number) => both((side) => Float64Array.from(steps, (step) => of(step[side])))
    const losses = numbers(({ meanLoss }) => meanLoss)
    const similarities = numbers(({ similarity }) => similarity)
    tell({ kind: "steps", steps: { first: first.mean.iteration, losses, similarities } })
    steps = []
    toldAt = performance.now()
  }
  return {
    flush,
    add(step: Both<Step>) {
      steps.push(step)
      if (performance.now() - toldAt >= REPORTS) flush()
    }
  }
}

function pictureOf(
  look: Look,
  { images, labels }: Examples["training"],
  schedule: Schedule,
  states: Both<Parameters>,
  step: Both<Step>
) {
  const { iteration } = step.mean
  const batch = schedule.batch(iteration)
  const labelOf = (i: number) => labels[batch[i] ?? 0] ?? 0
  const order = Array.from(batch, (_, i) => i).sort((a, b) => labelOf(a) - labelOf(b) || a - b)
  const size = images.length / labels.length
  const sorted = new Uint8Array(order.length * size)
  order.forEach((i, at) => {
    const example = batch[i] ?? 0
    sorted.set(images.subarray(example * size, (example + 1) * size), at * size)
  })
  return {
    iteration,
    images: sorted,
    labels: Uint8Array.from(order, labelOf),
    ...both((side) => look.picture(states[side], batch, step[side], order))
  }
}
