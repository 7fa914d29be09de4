/**
 * The folder of one training run, and its files while the run goes on.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { attempt } from "./attempt.ts"
import { epochOf, type Schedule } from "./batches.ts"
import { type Checkpoint, type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts"
import { fileError, writeWhole } from "./durable-file.ts"
import type { FileError } from "./errors.ts"
import { type Status, statusCodes } from "./history.ts"
import type { Step } from "./pipelines/network-descent.ts"

/** Names of the files of a run. */
export const runFiles = {
  steps: "steps.jsonl",
  checkpoint: "checkpoint.safetensors",
  final: "final.safetensors",
  summary: "summary.json",
  picture: "loss.svg"
} as const

/** Least time between two writes to `steps.jsonl`. */
const FLUSH_MILLISECONDS = 250

/** A run's folder while the run goes on. */
export interface RunFolder {
  /** The checkpoint to go on from. */
  readonly resume: Checkpoint | undefined
  /** Keeps `checkpoint.safetensors`. The first write makes the folder and starts `steps.jsonl`. */
  readonly store: CheckpointStore
  /** Adds a step to `steps.jsonl`, soon. */
  append(step: Step): Effect.Effect<void, FileError>
  /** Writes what `append` still holds. */
  readonly flush: Effect.Effect<void, FileError>
  /** The newest checkpoint. */
  latest(): Checkpoint | undefined
}

/** One line of `steps.jsonl`, without its end of line. A NaN is written as null. */
export function stepLine(step: Pick<Step, "iteration" | "epoch" | "meanLoss" | "similarity">, status: Status): string {
  const { iteration, epoch, meanLoss, similarity } = step
  return JSON.stringify({ iteration, epoch, meanLoss, similarity, certificate: status })
}

/** Options of {@link openRunFolder}. */
export interface RunFolderOptions {
  readonly folder: string
  readonly schedule: Schedule
  readonly resume: boolean
  /** Replace an unfinished run instead of refusing. */
  readonly restart: boolean
  readonly checkpointEveryMilliseconds: number
}

/**
 * Looks at a folder without changing it: finds the checkpoint to resume from, refuses an unfinished run that nobody
 * asked to resume.
 */
export const openRunFolder = Effect.fn("openRunFolder")(function* (options: RunFolderOptions) {
  const { folder, schedule } = options
  const files = yield* FileSystem
  const at = (name: string) => `${folder}/${name}`
  const has = (name: string) => files.exists(at(name)).pipe(Effect.mapError(fileError(at(name), "read")))
  const started = yield* has(runFiles.checkpoint)
  if (started && !options.resume && !options.restart && !(yield* has(runFiles.summary))) {
    const rule = "it holds an unfinished run; resume it, restart it, or name another folder"
    return yield* Effect.fail(new InputError({ rule, place: "the folder of the run", value: folder }))
  }
  const resume = started && options.resume ? yield* readCheckpoint(at(runFiles.checkpoint)) : undefined

  let latest = resume
  let opened = false
  let pending = ""
  let flushedAt = 0
  const steps = at(runFiles.steps)
  const flush = Effect.gen(function* () {
    const text = pending
    if (text === "") return
    pending = ""
    flushedAt = performance.now()
    yield* files.writeFileString(steps, text, { flag: "a" }).pipe(Effect.mapError(fileError(steps, "write")))
  }).pipe(Effect.uninterruptible)

  const open = Effect.fnUntraced(function* (checkpoint: Checkpoint) {
    yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
    // A finished run before this one goes, its checkpoint first, so that no moment shows two runs as one.
    for (const name of [runFiles.checkpoint, runFiles.summary, runFiles.final, runFiles.picture, runFiles.steps]) {
      if (name === runFiles.checkpoint && options.resume) continue
      yield* files.remove(at(name), { force: true }).pipe(Effect.mapError(fileError(at(name), "create")))
    }
    yield* writeWhole(steps, linesOf(checkpoint, schedule), "create")
  })

  const folderOfRun: RunFolder = {
    resume,
    store: {
      everyMilliseconds: options.checkpointEveryMilliseconds,
      write: Effect.fnUntraced(
        function* (checkpoint) {
          if (!opened) yield* open(checkpoint)
          yield* writeWhole(at(runFiles.checkpoint), encodeCheckpoint(checkpoint), opened ? "write" : "create")
          opened = true
          latest = checkpoint
        },
        Effect.provideService(FileSystem, files)
      )
    },
    append: (step) =>
      Effect.suspend(() => {
        pending += `${stepLine(step, step.certificate?.status ?? null)}\n`
        return performance.now() - flushedAt >= FLUSH_MILLISECONDS ? flush : Effect.void
      }),
    flush,
    latest: () => latest
  }
  return folderOfRun
})

/** Reads a checkpoint file. */
export const readCheckpoint = Effect.fn("readCheckpoint")(function* (path: string) {
  const files = yield* FileSystem
  const bytes = yield* files.readFile(path).pipe(Effect.mapError(fileError(path, "read")))
  return yield* attempt(() => decodeCheckpoint(bytes, path))
})

/** `steps.jsonl` up to a checkpoint. */
function linesOf({ iteration: completed, history }: Checkpoint, schedule: Schedule): string {
  let lines = ""
  for (let i = 0; i < completed; i++) {
    const step = {
      iteration: i + 1,
      epoch: epochOf(schedule, i + 1),
      meanLoss: history.losses[i] ?? Number.NaN,
      similarity: history.similarities[i] ?? Number.NaN
    }
    lines += `${stepLine(step, statusCodes[history.statuses[i] ?? 0] ?? null)}\n`
  }
  return lines
}
