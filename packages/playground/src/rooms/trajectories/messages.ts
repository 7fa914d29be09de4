/**
 * What the room and its worker say to each other.
 *
 * @module
 */
import type { EndState } from "./end-state.ts"

/** Where a path starts: at one of the problem's starts, counting from 0, or at two coordinates of the picture. */
export type Start = { readonly kind: "problem"; readonly index: number } | { readonly kind: "own"; readonly at: Place }

/** Coordinates in the window of a space. */
export type Place = readonly [number, number]

/** A path to be run. */
export interface Job {
  readonly problem: string
  readonly method: string
  readonly start: Start
}

/** A problem that can be chosen. */
export interface ProblemChoice {
  readonly name: string
  readonly title: string
  readonly source: string
  /** All that the room offers, the usual ones first. */
  readonly methods: readonly string[]
  /** How many of the methods, from the front, are the problem's own. */
  readonly usual: number
  readonly starts: number
  /** Whether any point of the plane may be a start. */
  readonly hasPlane: boolean
}

/** A space that is ready to be drawn; lengths are in {@link SIDE}ths of the square's side. */
export interface SpacePicture {
  readonly name: "parameters" | "values"
  readonly labels: readonly [string, string]
  readonly window: { readonly x: Place; readonly y: Place }
  readonly xTicks: readonly number[]
  readonly yTicks: readonly number[]
  /** Field, grid, and Pareto set or front, as SVG. */
  readonly ground: string
  readonly hasField: boolean
}

/** A path as a line with fewer points: where they are, two numbers each, and after how many updates. */
export interface Line {
  readonly points: Float32Array
  readonly updates: Uint32Array
}

/** A path that was run. */
export interface Ran {
  readonly job: Job
  readonly steps: number
  /** A line a space, in the order of the scene. */
  readonly lines: readonly Line[]
  readonly end: readonly number[]
  readonly distance: number | null
  readonly endState: EndState
}

/** To the worker. A later `run` takes the place of what is left of an earlier one. */
export type Request =
  | { readonly kind: "show"; readonly problem: string }
  | { readonly kind: "run"; readonly jobs: readonly Job[] }

/** From the worker. */
export type Answer =
  | { readonly kind: "problems"; readonly problems: readonly ProblemChoice[]; readonly fieldStyle: string }
  | { readonly kind: "scene"; readonly problem: string; readonly spaces: readonly SpacePicture[] }
  | { readonly kind: "ran"; readonly ran: Ran }
  | { readonly kind: "refused"; readonly job: Job; readonly reason: string }

/** Units of a square's side in {@link SpacePicture} and {@link Line}. */
export const SIDE = 480

/** A name of a path that no other path of the problem has. */
export function jobKey({ problem, method, start }: Job): string {
  return `${problem} ${method} ${start.kind === "own" ? start.at.join(",") : start.index}`
}
