/**
 * What the room knows, as signals: settings, and what the worker tells of the two runs.
 *
 * @module
 */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals"
import { openWorker } from "../../open-worker.ts"
import type { RoomAddress } from "../../room.ts"
import type { GivenFile } from "../../ui/file-drop.tsx"
import { disagreements, settledBelow } from "./disagreement.ts"
import type {
  Begun,
  Both,
  Ending,
  IdxFiles,
  Picture,
  Prediction,
  Report,
  Request,
  Side,
  Steps,
  Task
} from "./protocol.ts"
import { addressOf, type EngineChoice, type Settings, settingsOf } from "./settings.ts"

/** What the runs are doing. */
export type Phase = "loading" | "running" | "resting" | "ended" | "failed"

/** The curves so far; entry k is that of step k + 1. */
export interface Curves {
  readonly losses: Both<readonly number[]>
  readonly similarities: Both<readonly number[]>
  /** Pairs that disagree, at the steps of which there was a picture. */
  readonly disagreements: readonly { readonly iteration: number; readonly pairs: Both<number> }[]
}

/** A cell of the Gramian: places in the batch of the picture. */
export interface Pair {
  readonly row: number
  readonly column: number
}

/** The room's state and what can be done. */
export interface Model {
  readonly task: ReadonlySignal<Task>
  readonly phase: ReadonlySignal<Phase>
  /** What is being loaded, or what went wrong. */
  readonly word: ReadonlySignal<string>
  readonly begun: ReadonlySignal<Begun | null>
  readonly curves: ReadonlySignal<Curves>
  readonly picture: ReadonlySignal<Picture | null>
  /** Below this, an entry of a Gramian counts as settled; null before the first picture. */
  readonly settled: ReadonlySignal<number | null>
  /** Milliseconds a step, by engine; measured in this visit. */
  readonly paces: ReadonlySignal<Readonly<Partial<Record<EngineChoice, Both<number>>>>>
  readonly prediction: ReadonlySignal<Prediction | null>
  readonly ending: ReadonlySignal<Ending | null>
  /** The pair that the visitor chose; null for none. */
  readonly chosen: Signal<Pair | null>
  run(): void
  pause(): void
  step(): void
  /** Both runs again from their start, to go on. */
  again(): void
  /** Both runs again from their start; they go on if they did. */
  restart(change?: Partial<Settings>): void
  train(on: { readonly files?: IdxFiles | null; readonly start?: GivenFile | null }): void
  draw(drawing: Uint8Array | null): void
  save(side: Side): void
  close(): void
}

const nothing: Curves = { losses: { mean: [], rival: [] }, similarities: { mean: [], rival: [] }, disagreements: [] }

/** Opens the worker and begins; `run`: goes on by itself. `saved` is given parameters to hand to the visitor. */
export function openModel(
  address: RoomAddress,
  { run, saved }: { readonly run: boolean; readonly saved: (method: string, bytes: Uint8Array) => void }
): Model {
  const task = signal<Task>({ settings: settingsOf(address.parameters), files: null, start: null })
  const phase = signal<Phase>("loading")
  const word = signal("the engine")
  const begun = signal<Begun | null>(null)
  const curves = signal(nothing)
  const picture = signal<Picture | null>(null)
  const first = signal<Picture | null>(null)
  const paces = signal<Partial<Record<EngineChoice, Both<number>>>>({})
  const prediction = signal<Prediction | null>(null)
  const ending = signal<Ending | null>(null)
  const chosen = signal<Pair | null>(null)
  const settled = computed(() => (first.value === null ? null : settledBelow(first.value.mean.gramian)))
  let going = run
  let drawn: Uint8Array | null = null

  const worker = openWorker("training")
  const ask = (request: Request) => worker.postMessage(request)
  const begin = () => {
    batch(() => {
      phase.value = "loading"
      word.value = "the engine"
      curves.value = nothing
      first.value = null
      ending.value = null
    })
    ask({ kind: "begin", task: task.value, run: going })
  }

  const hear = (report: Report) => {
    switch (report.kind) {
      case "loading":
        word.value = report.what
        return
      case "begun":
        begun.value = report.begun
        phase.value = going ? "running" : "resting"
        // Runs that begin know nothing of what is on the pad.
        if (drawn !== null) ask({ kind: "draw", drawing: drawn })
        return
      case "steps":
        curves.value = withSteps(curves.value, report.steps)
        return
      case "picture": {
        first.value ??= report.picture
        picture.value = report.picture
        const { iteration, mean, rival } = report.picture
        const below = settled.value ?? 0
        const pairs = { mean: disagreements(mean.gramian, below), rival: disagreements(rival.gramian, below) }
        curves.value = { ...curves.value, disagreements: [...curves.value.disagreements, { iteration, pairs }] }
        return
      }
      case "pace":
        paces.value = { ...paces.value, [report.engine]: report.milliseconds }
        return
      case "prediction":
        // What was on the pad may be gone by now.
        if (drawn !== null) prediction.value = report.prediction
        return
      case "rests":
        if (phase.value === "running" && !going) phase.value = "resting"
        return
      case "ended":
        going = false
        ending.value = report.ending
        phase.value = "ended"
        return
      case "saved":
        saved(report.side === "mean" ? "mean" : task.value.settings.rival, report.bytes)
        return
      case "failed":
        going = false
        word.value = report.message
        phase.value = "failed"
    }
  }
  // What comes together is shown together, once a frame.
  let heard: Report[] = []
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    heard.push(data)
    if (heard.length > 1) return
    requestAnimationFrame(() => {
      const reports = heard
      heard = []
      batch(() => reports.forEach(hear))
    })
  }
  worker.onerror = (event) => {
    event.preventDefault()
    batch(() => hear({ kind: "failed", message: event.message || "the training worker could not be started" }))
  }
  begin()

  const isReady = () => phase.value === "resting" || phase.value === "running"
  const pause = () => {
    going = false
    if (phase.value === "running") phase.value = "resting"
    ask({ kind: "pause" })
  }
  return {
    ...{ task, phase, word, begun, curves, picture, settled, paces, prediction, ending, chosen, pause },
    run() {
      if (!isReady()) return
      going = true
      phase.value = "running"
      ask({ kind: "run" })
    },
    step() {
      if (!isReady()) return
      if (going) pause()
      ask({ kind: "step" })
    },
    again() {
      going = true
      begin()
    },
    restart(change = {}) {
      // Who changes a setting of runs that are over wants to see what comes of it.
      if (Object.keys(change).length > 0 && (phase.value === "failed" || phase.value === "ended")) going = run
      const settings = { ...task.value.settings, ...change }
      task.value = { ...task.value, settings }
      address.replace(addressOf(settings))
      begin()
    },
    train(on) {
      task.value = { ...task.value, ...on }
      begin()
    },
    draw(drawing) {
      drawn = drawing
      if (drawing === null) prediction.value = null
      ask({ kind: "draw", drawing })
    },
    save: (side) => ask({ kind: "save", side }),
    close: () => worker.terminate()
  }
}

function withSteps(curves: Curves, { losses, similarities }: Steps): Curves {
  const longer = (before: Both<readonly number[]>, more: Both<Float64Array>) => ({
    mean: [...before.mean, ...more.mean],
    rival: [...before.rival, ...more.rival]
  })
  return {
    ...curves,
    losses: longer(curves.losses, losses),
    similarities: longer(curves.similarities, similarities)
  }
}
