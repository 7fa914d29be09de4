/**
 * The paths that the room has, and the worker that runs those it lacks.
 *
 * @module
 */
import { signal } from "@preact/signals"
import { openWorker } from "../../open-worker.ts"
import {
  type Answer,
  type Job,
  jobKey,
  type ProblemChoice,
  type Ran,
  type Request,
  type SpacePicture
} from "./messages.ts"

/** A path that was run, or why it could not be. */
export type Outcome =
  | ({ readonly kind: "ran" } & Ran)
  | { readonly kind: "refused"; readonly job: Job; readonly reason: string }

/** The worker, and what it answered. Dispose it when the room closes. */
export interface PathStore extends Disposable {
  /** Empty until the worker is there. */
  readonly problems: { readonly value: readonly ProblemChoice[] }
  readonly fieldStyle: { readonly value: string }
  /** The pictures of the spaces of each problem that was asked for. */
  readonly scenes: { readonly value: ReadonlyMap<string, readonly SpacePicture[]> }
  /** By the names of their jobs. */
  readonly outcomes: { readonly value: ReadonlyMap<string, Outcome> }
  /** Why there is nothing, if something went wrong. */
  readonly failure: { readonly value: string | null }
  /** Runs what of these is not there yet, in their order, and nothing else. */
  want(problem: string, jobs: readonly Job[]): void
}

/** Starts the worker. */
export function openPathStore(): PathStore {
  const problems = signal<readonly ProblemChoice[]>([])
  const fieldStyle = signal("")
  const scenes = signal<ReadonlyMap<string, readonly SpacePicture[]>>(new Map())
  const outcomes = signal<ReadonlyMap<string, Outcome>>(new Map())
  const failure = signal<string | null>(null)
  let worker = open()
  /** What the worker was last asked for. */
  let current = ""
  let waiting = new Set<string>()
  const send = (request: Request) => worker.postMessage(request)
  const keep = (job: Job, outcome: Outcome) => {
    waiting.delete(jobKey(job))
    outcomes.value = new Map(outcomes.value).set(jobKey(job), outcome)
  }
  return {
    problems,
    fieldStyle,
    scenes,
    outcomes,
    failure,
    want(problem, jobs) {
      if (problem !== current && waiting.size > 0) {
        // A path may take seconds, and nobody waits for it any more.
        worker.terminate()
        worker = open()
      }
      const missing = jobs.filter((job) => !outcomes.peek().has(jobKey(job)))
      current = problem
      waiting = new Set(missing.map(jobKey))
      if (!scenes.peek().has(problem)) send({ kind: "show", problem })
      send({ kind: "run", jobs: missing })
    },
    [Symbol.dispose]: () => worker.terminate()
  }

  function open(): Worker {
    const opened = openWorker("trajectories")
    opened.onmessage = ({ data }: MessageEvent<Answer>) => {
      switch (data.kind) {
        case "problems":
          fieldStyle.value = data.fieldStyle
          problems.value = data.problems
          break
        case "scene":
          scenes.value = new Map(scenes.value).set(data.problem, data.spaces)
          break
        case "ran":
          keep(data.ran.job, { kind: "ran", ...data.ran })
          break
        case "refused":
          keep(data.job, data)
      }
    }
    opened.onerror = (event) => {
      failure.value = event.message || "the worker could not be started"
    }
    return opened
  }
}
