/**
 * What the page and its training worker say to each other. All of it goes through `postMessage` as it is.
 *
 * @module
 */
import type { GivenFile } from "../../ui/file-drop.tsx"
import type { EngineChoice, Settings } from "./settings.ts"

/** The two runs, in the order in which everything of both is told. */
export const sides = ["mean", "rival"] as const

/** One of the two runs. */
export type Side = (typeof sides)[number]

/** Something of both runs. */
export type Both<T> = Readonly<Record<Side, T>>

/** Images and labels in two IDX files. */
export interface IdxFiles {
  readonly images: GivenFile
  readonly labels: GivenFile
}

/** What the two runs train on and start from. */
export interface Task {
  readonly settings: Settings
  /** In place of the digits that come with the page. */
  readonly files: IdxFiles | null
  /** First parameters of both, a safetensors file; drawn from the seed where there is none. */
  readonly start: GivenFile | null
}

/** What the page asks for. */
export type Request =
  /** Both runs from their start. They make one step; `run` goes on. */
  | { readonly kind: "begin"; readonly task: Task; readonly run: boolean }
  | { readonly kind: "run" }
  | { readonly kind: "pause" }
  | { readonly kind: "step" }
  /** What both networks see in a drawing, 28 × 28 levels; again with each picture from now on. Null: no more. */
  | { readonly kind: "draw"; readonly drawing: Uint8Array | null }
  | { readonly kind: "save"; readonly side: Side }

/** What begun runs are. */
export interface Begun {
  readonly iterations: number
  readonly iterationsPerEpoch: number
  readonly batchSize: number
  readonly examples: number
  /** Numbers in the network. */
  readonly parameters: number
  /** Threads of the engine on the CPU. */
  readonly threads: number
}

/** Steps of both runs. */
export interface Steps {
  /** Of the first, counted from 1. */
  readonly first: number
  readonly losses: Both<Float64Array>
  readonly similarities: Both<Float64Array>
}

/** What one step of a run met and decided. */
export interface SideOfPicture {
  /** Of each example, before the step. */
  readonly losses: Float64Array
  /** Of each example. */
  readonly weights: Float64Array
  /** G = J Jᵀ, m × m. */
  readonly gramian: Float64Array
  /** G w: how fast the loss of each example falls along the step, to first order; negative where the step hurts it. */
  readonly gains: Float64Array
}

/** One step of both runs on the same batch, sorted by class. */
export interface Picture extends Both<SideOfPicture> {
  readonly iteration: number
  /** Levels, 28 × 28 an example. */
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** Softmax of a network's outputs for a drawing. */
export type Prediction = Both<Float64Array>

/** What both runs came to. */
export interface Ending {
  /** As `dualcone train` has it. */
  readonly digests: Both<string>
  readonly areas: Both<number>
  /** Share of `unseen` examples that are classified rightly; null where all examples were trained on. */
  readonly accuracies: Both<number> | null
  /** Examples that neither run saw. */
  readonly unseen: number
}

/** What the worker tells. */
export type Report =
  | { readonly kind: "loading"; readonly what: string }
  | { readonly kind: "begun"; readonly begun: Begun }
  | { readonly kind: "steps"; readonly steps: Steps }
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "pace"; readonly engine: EngineChoice; readonly milliseconds: Both<number> }
  | { readonly kind: "prediction"; readonly prediction: Prediction }
  /** The loop was left: paused, or after a step. */
  | { readonly kind: "rests"; readonly iteration: number }
  | { readonly kind: "ended"; readonly ending: Ending }
  | { readonly kind: "saved"; readonly side: Side; readonly bytes: Uint8Array }
  | { readonly kind: "failed"; readonly message: string }
