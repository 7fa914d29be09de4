/**
 * Where everything lies. Eight storage buffers are all that WebGPU promises a kernel, so each holds many arrays; offsets
 * count entries of four bytes and are multiples of four, so that kernels may read four at once.
 *
 * @module
 */
import type { Convolution, Stages } from "./stages.ts"

/** Columns of the Jacobian that one workgroup multiplies. */
export const CHUNK = 256

/** Where a convolution's arrays lie. */
export interface ConvolutionPlace {
  readonly convolution: Convolution
  /** In `parameters`, and the column in `jacobian`: weights [output][tap][input of the group]. */
  readonly weights: number
  readonly bias: number
  /** In `parameters`: a copy of the weights, [tap][input of the group][output], for the forward pass. */
  readonly forward: number
  /** In `activations` and in `deltas`: [example][cell][output]. */
  readonly output: number
  /** In `places`, the same shape; for pools alone. */
  readonly places: number
}

/** Offsets and sizes of every array, in entries. */
export interface Arenas {
  readonly batchSize: number
  readonly convolutions: readonly ConvolutionPlace[]
  /** All parameters of the convolutions: the first ones, and the columns that `jacobian` keeps. */
  readonly columns: number
  /** n: parameters in all, without copies. */
  readonly parameterCount: number
  /** Classes, rounded up to a multiple of four. */
  readonly paddedClasses: number
  readonly parameters: {
    /** First linear layer: weights [hidden][feature], bias; second: weights [class][hidden], bias. */
    readonly first: number
    readonly firstBias: number
    readonly second: number
    readonly secondBias: number
    /** Copy of the first linear layer's weights, [feature][hidden]. */
    readonly forward: number
    readonly momentum: number
    readonly size: number
  }
  readonly images: { readonly size: number }
  readonly integers: { readonly labels: number; readonly positions: number; readonly size: number }
  readonly activations: { readonly hidden: number; readonly size: number }
  readonly places: { readonly size: number }
  readonly deltas: { readonly hidden: number; readonly classes: number; readonly size: number }
  readonly jacobian: { readonly size: number }
  readonly summary: {
    readonly losses: number
    readonly scales: number
    /** What UPGrad and DualProj prefer, or the weights known beforehand. */
    readonly preference: number
    readonly weights: number
    /** Of the rows divided by their scales, [batchSize][batchSize]. */
    readonly gramian: number
    readonly reports: number
    /** Gramian not finite; parameter not finite; number of the last submit. */
    readonly health: number
    /** End of what a step is read back by. */
    readonly reported: number
    readonly projections: number
    readonly direction: number
    readonly parts: number
    readonly size: number
  }
  /** Chunks of `columns`. */
  readonly chunks: number
  /** Parts of the Gramian: one a chunk and one a linear layer, and zeros up to a multiple of four. */
  readonly parts: number
  /** Blocks of four examples. */
  readonly blocks: number
}

const aligned = (size: number): number => Math.ceil(size / 4) * 4

/** Hands out one offset behind the other. */
function counter(): { take(size: number): number; readonly used: number } {
  let used = 0
  return {
    take(size) {
      const at = used
      used = aligned(used + size)
      return at
    },
    get used() {
      return used
    }
  }
}

/** Lays a network of the family out for batches of `batchSize` examples; `momentum` asks for one more vector. */
export function layOut(stages: Stages, batchSize: number, momentum: boolean): Arenas {
  const { convolutions, features, hidden, classes } = stages
  const [image] = convolutions
  const paddedClasses = aligned(classes)
  const inParameters = counter()
  const inActivations = counter()
  const inPlaces = counter()
  const owned = convolutions.map((convolution) => {
    const { inputs, outputs, groups, cellsX, cellsY, pool } = convolution
    const size = batchSize * cellsX * cellsY * outputs
    return {
      convolution,
      weights: inParameters.take((outputs * 9 * inputs) / groups),
      bias: inParameters.take(outputs),
      output: inActivations.take(size),
      places: inPlaces.take(pool > 1 ? size : 0)
    }
  })
  const columns = inParameters.used
  const first = inParameters.take(hidden * features)
  const firstBias = inParameters.take(hidden)
  const second = inParameters.take(classes * hidden)
  const secondBias = inParameters.take(classes)
  const parameterCount = secondBias + classes
  const places = owned.map((place) => {
    const { inputs, outputs, groups } = place.convolution
    return { ...place, forward: inParameters.take((outputs * 9 * inputs) / groups) }
  })
  const forward = inParameters.take(hidden * features)
  const momentumAt = inParameters.take(momentum ? parameterCount : 0)

  // Deltas of the convolutions lie where their activations do.
  const hiddenAt = inActivations.take(batchSize * Math.max(hidden, paddedClasses))
  const classDeltas = inActivations.used

  const inSummary = counter()
  const chunks = Math.ceil(columns / CHUNK)
  const parts = aligned(chunks + 2)
  const blocks = Math.ceil(batchSize / 4)
  const losses = inSummary.take(batchSize)
  const scales = inSummary.take(batchSize)
  const preference = inSummary.take(batchSize)
  const weights = inSummary.take(batchSize)
  const gramian = inSummary.take(batchSize * batchSize)
  const reports = inSummary.take(4 * batchSize)
  const health = inSummary.take(3)
  const reported = inSummary.used
  const projections = inSummary.take(batchSize * batchSize)
  const direction = inSummary.take(parameterCount)
  const partsAt = inSummary.take(parts * blocks * blocks * 16)

  return {
    batchSize,
    convolutions: places,
    columns,
    parameterCount,
    paddedClasses,
    parameters: { first, firstBias, second, secondBias, forward, momentum: momentumAt, size: inParameters.used },
    images: { size: aligned(batchSize * image.inputs * image.inputX * image.inputY) },
    integers: { labels: 0, positions: aligned(batchSize), size: aligned(batchSize) + columns },
    activations: { hidden: hiddenAt, size: inActivations.used },
    places: { size: Math.max(4, inPlaces.used) },
    deltas: { hidden: hiddenAt, classes: classDeltas, size: classDeltas + batchSize * paddedClasses },
    jacobian: { size: batchSize * columns },
    summary: {
      ...{
        losses,
        scales,
        preference,
        weights,
        gramian,
        reports,
        health,
        reported,
        projections,
        direction,
        parts: partsAt
      },
      size: inSummary.used
    },
    chunks,
    parts,
    blocks
  }
}
