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
  const worker = openWorker("trajectories")
  const send = (request: Request) => worker.postMessage(request)
  const keep = (job: Job, outcome: Outcome) => {
    outcomes.value = new Map(outcomes.value).set(jobKey(job), outcome)
  }
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
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
  worker.onerror = (event) => {
    failure.value = event.message || "the worker could not be started"
  }
  return {
    problems,
    fieldStyle,
    scenes,
    outcomes,
    failure,
    want(problem, jobs) {
      if (!scenes.peek().has(problem)) send({ kind: "show", problem })
      send({ kind: "run", jobs: jobs.filter((job) => !outcomes.peek().has(jobKey(job))) })
    },
    [Symbol.dispose]: () => worker.terminate()
  }
}
