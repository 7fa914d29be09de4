/**
 * How a path ended, and what it did on the way.
 *
 * @module
 */
import { magnitude, short } from "../../ui/number-text.ts"

/** What is known of a path's end. */
export interface EndState {
  /**
   * - `arrived`: on the Pareto set, as far as a picture shows.
   * - `stuck`: elsewhere, and no longer moving.
   * - `moving`: elsewhere, and still on its way.
   * - `diverged`: outside of the numbers.
   */
  readonly kind: "arrived" | "stuck" | "moving" | "diverged"
  /** To the Pareto set, in parameter space. */
  readonly distance: number
  /** Whether some convex combination of the gradients is nothing beside the longest of them: no method leaves from there. */
  readonly isStationary: boolean
  /** For each objective, by how much it rose on the way; zeros where that is noise. */
  readonly rises: readonly number[]
  /** Length of the path over that of the straight way; 1 where that is noise. */
  readonly detour: number
}

/** What {@link endState} looks at. */
export interface PathFacts {
  /** Of the start and of the end, to the Pareto set. */
  readonly startDistance: number
  readonly distance: number
  /** Length of the whole path, of its last tenth, and of the straight way. */
  readonly length: number
  readonly lastTenth: number
  readonly straight: number
  /** Length of the shortest convex combination of the gradients at the end, over that of the longest gradient. */
  readonly shortest: number
  /** Of each objective, summed over the steps. */
  readonly increases: readonly number[]
  /** Of each objective, what the picture shows. */
  readonly extents: readonly number[]
  /** Whether gradients were estimates: their rises and detours are noise. */
  readonly isStochastic: boolean
}

/** Of the distance of the start: nearer counts as arrived. */
const ARRIVED = 0.01
/** Of the whole path: a last tenth shorter than that is no movement. */
const STILL = 1e-3
/** A shortest combination below this counts as none. */
const STATIONARY = 1e-2
/** Of what the picture shows: a rise below this is not worth a word. */
const RISE = 0.01
/** Times the straight way: from there on a path zig-zags. */
const DETOUR = 2

/** Judges a path. */
export function endState(facts: PathFacts): EndState {
  const { startDistance, distance, length, lastTenth, straight, shortest, isStochastic } = facts
  const rises = facts.increases.map((increase, i) =>
    !isStochastic && increase > RISE * (facts.extents[i] ?? Number.POSITIVE_INFINITY) ? increase : 0
  )
  const detour = isStochastic || straight === 0 ? 1 : length / straight
  const state = { distance, isStationary: shortest < STATIONARY, rises, detour }
  if (!Number.isFinite(distance)) return { ...state, kind: "diverged" }
  if (distance <= Math.max(1e-9, ARRIVED * startDistance)) return { ...state, kind: "arrived" }
  return { ...state, kind: lastTenth <= STILL * length ? "stuck" : "moving" }
}

/** "stuck 2.20 from the Pareto set: weakly stationary; f₁ rose by 0.31; zig-zags" */
export function endStateText({ kind, distance, isStationary, rises, detour }: EndState): string {
  const parts = [endText(kind, distance, isStationary)]
  rises.forEach((rise, i) => {
    if (rise > 0) parts.push(`f${subscript(i + 1)} rose by ${short(rise)}`)
  })
  if (detour >= DETOUR) parts.push(`zig-zags: ${short(detour)} times the straight way`)
  return parts.join("; ")
}

function endText(kind: EndState["kind"], distance: number, isStationary: boolean): string {
  switch (kind) {
    case "arrived":
      return `on the Pareto set, to ${magnitude(distance)}`
    case "stuck":
      return `stuck ${apart(distance)}${isStationary ? ": weakly stationary" : ""}`
    case "moving":
      return `on its way, ${apart(distance)}`
    case "diverged":
      return "diverged"
  }
}

const apart = (distance: number) => `${distance < 0.01 ? magnitude(distance) : short(distance)} from the Pareto set`

const subscript = (digit: number) => String.fromCodePoint(0x2080 + digit)
