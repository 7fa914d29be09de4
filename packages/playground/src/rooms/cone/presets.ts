/**
 * Sets of gradients that are worth seeing.
 *
 * @module
 */
import type { Row, Scaling } from "./state.ts"

/** A set of gradients with a name and what there is to see. */
export interface Preset {
  /** In an address. */
  readonly name: string
  /** On its button. */
  readonly title: string
  readonly rows: readonly Row[]
  readonly scaling: Scaling | null
  /** What to look for. */
  readonly lesson: string
}

/** Figure 1 of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232): .9∠2.6 and 2.8∠.3277 rad. */
const FIGURE_1 = [
  [-0.7712, 0.464],
  [2.651, 0.9012]
]

/** All presets, the first view first. */
export const presets: readonly [Preset, ...Preset[]] = [
  {
    name: "figure-1",
    title: "Paper's Figure 1",
    rows: FIGURE_1,
    scaling: null,
    lesson: "The mean follows the long gradient out of the green cone. UPGrad is the mean of the dashed projections."
  },
  {
    name: "opposed",
    title: "Opposed",
    rows: [
      [2.2, 0.3],
      [-1.8, 0.5]
    ],
    scaling: null,
    lesson: "The more two gradients oppose each other, the narrower the cone in which both objectives improve."
  },
  {
    name: "tiny",
    title: "One tiny",
    rows: [
      [-0.16, 0.2],
      [2.6, 0.6]
    ],
    scaling: null,
    lesson: "A short gradient has the same say about the cone as a long one; the mean hardly sees it."
  },
  {
    name: "duplicates",
    title: "Duplicates",
    rows: [
      [-1.4, 1],
      [-1.4, 1],
      [2.2, 0.7]
    ],
    scaling: null,
    lesson: "A gradient that is there twice narrows the cone no further, but weighs twice in a mean."
  },
  {
    name: "stationary",
    title: "Pareto-stationary",
    rows: [
      [2, 0.5],
      [-1.5, 1.4],
      [-0.4, -1.8]
    ],
    scaling: null,
    lesson: "The gradients surround the origin: the dual cone is that point alone, and whoever moves hurts someone."
  },
  {
    name: "scaled",
    title: "Scaled rows",
    rows: [
      [2, 0],
      [-0.5, 1]
    ],
    scaling: { row: 1, factor: 1 },
    lesson:
      "Scale g2: the tips of UPGrad and of the mean move along straight lines. MGDA's bends: the shortest decides."
  },
  {
    name: "space",
    title: "In space",
    rows: [
      [1.2, 1.6, -0.8],
      [-1.8, 0.8, 0.8],
      [0.6, -1.4, 1.4]
    ],
    scaling: null,
    lesson:
      "Each gradient cuts space in half. What is left of all halves is the dual cone. Drag the picture to turn it."
  }
]

/** The preset that this state shows, if it still shows one. */
export function presetOf(rows: readonly Row[]): Preset | undefined {
  return presets.find((preset) => JSON.stringify(preset.rows) === JSON.stringify(rows))
}
