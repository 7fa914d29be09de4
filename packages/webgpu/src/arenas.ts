/**
 * Where everything lies. Eight storage buffers are all that WebGPU promises a kernel, so each holds many arrays; offsets
 * count entries of four bytes and are multiples of four, so that kernels may read four at once.
 *
 * @module
 */
import type { Convolution, Stages } from "./stages.ts"

/** Examples that the Gramian's kernel takes side by side: a workgroup has a thread for each block of 4 x 4 pairs. */
const TILE_EXAMPLES = 64

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

/** What an engine keeps in memory. */
export interface ArenaOptions {
  /** Largest number of examples in a batch. */
  readonly batchSize: number
  /** Vectors that the optimizer carries from step to step. */
  readonly vectors: number
  /** Networks side by side. Default 1. */
  readonly replicas?: number
  /** Whether each replica has batches of its own. Default false. */
  readonly ownBatches?: boolean
}

/**
 * Offsets and sizes of every array, in entries. Sizes are those of one replica, whose arrays the next one's follow; a
 * stride of 0 says that all share an array.
 */
export interface Arenas {
  readonly batchSize: number
  readonly replicas: number
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
    /** Vectors of the optimizer, `vectorSize` entries each. */
    readonly vectors: number
    readonly vectorSize: number
    readonly size: number
  }
  readonly images: { readonly size: number; readonly stride: number }
  /** Labels, those of every replica where each has its own, then the positions, which all share. */
  readonly integers: {
    readonly labels: number
    readonly labelStride: number
    readonly positions: number
    readonly size: number
  }
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
    /**
     * Five entries: 1 once the Gramian is not finite; 1 once a parameter is not; number of the last submit; why an
     * earlier step halted the replica, and why it is halted now: 0 it is not, 1 a number was not finite, 2 a program was
     * not solved well enough.
     */
    readonly health: number
    /** End of what a step is read back by. */
    readonly reported: number
    readonly projections: number
    readonly direction: number
    readonly parts: number
    readonly size: number
  }
  readonly gramian: {
    /** Columns of the Jacobian that one workgroup multiplies. */
    readonly chunk: number
    /** Chunks of `columns`. */
    readonly chunks: number
    /** Parts of the Gramian: one a chunk and one a linear layer, and zeros up to a multiple of four. */
    readonly parts: number
    /** Tiles of examples. */
    readonly tiles: number
    /** Blocks of four examples in a tile. */
    readonly blocks: number
    /** Examples of all tiles. */
    readonly side: number
  }
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

/**
 * Chunks of the Jacobian's columns: a multiple of 64 columns, and larger for large batches, so that the parts of their
 * Gramians stay below those of a batch of 64.
 */
function gramianTiles(batchSize: number, columns: number): Arenas["gramian"] {
  const tiles = Math.ceil(batchSize / TILE_EXAMPLES)
  const blocks = Math.ceil(Math.min(batchSize, TILE_EXAMPLES) / 4)
  const chunk = 256 * tiles * tiles
  const chunks = Math.ceil(columns / chunk)
  return { chunk, chunks, parts: aligned(chunks + 2), tiles, blocks, side: tiles * blocks * 4 }
}

/** Lays a network of the family out. */
export function layOut(stages: Stages, options: ArenaOptions): Arenas {
  const { batchSize, vectors: vectorCount, replicas = 1, ownBatches = false } = options
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
  const vectorSize = aligned(parameterCount)
  const vectors = inParameters.take(vectorCount * vectorSize)

  // Deltas of the convolutions lie where their activations do.
  const hiddenAt = inActivations.take(batchSize * Math.max(hidden, paddedClasses))
  const classDeltas = inActivations.used

  const inSummary = counter()
  const tiled = gramianTiles(batchSize, columns)
  const losses = inSummary.take(batchSize)
  const scales = inSummary.take(batchSize)
  const preference = inSummary.take(batchSize)
  const weights = inSummary.take(batchSize)
  const gramian = inSummary.take(batchSize * batchSize)
  const reports = inSummary.take(4 * batchSize)
  const health = inSummary.take(5)
  const reported = inSummary.used
  const projections = inSummary.take(batchSize * batchSize)
  const direction = inSummary.take(parameterCount)
  const partsAt = inSummary.take(tiled.parts * tiled.side * tiled.side)

  const labels = aligned(batchSize)
  const images = aligned(batchSize * image.inputs * image.inputX * image.inputY)
  const batches = ownBatches ? replicas : 1

  return {
    batchSize,
    replicas,
    convolutions: places,
    columns,
    parameterCount,
    paddedClasses,
    parameters: { first, firstBias, second, secondBias, forward, vectors, vectorSize, size: inParameters.used },
    images: { size: images, stride: ownBatches ? images : 0 },
    integers: {
      ...{ labels: 0, labelStride: ownBatches ? labels : 0 },
      ...{ positions: batches * labels, size: batches * labels + columns }
    },
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
    gramian: tiled
  }
}
