/**
 * The dispatches of a step: which kernel, with which constants, how many workgroups.
 *
 * @module
 */
import type { Arenas, ConvolutionPlace } from "./arenas.ts"
import { WebGpuError } from "./errors.ts"
import {
  batch,
  convolve,
  convolveDense,
  deltasDense,
  deltasGrouped,
  dualCone,
  elu,
  gramian,
  gramianParts,
  head,
  jacobianDense,
  jacobianGrouped,
  jacobianImages,
  update
} from "./kernels.ts"
import { MOST_RESIDUAL } from "./method.ts"
import type { OptimizerPlan } from "./optimizer.ts"
import type { Stages } from "./stages.ts"

/** Which part of a step a pass belongs to. */
export type Phase = "linearize" | "gramian" | "weights" | "update"

/** One dispatch. */
export interface Pass {
  /** Name of the kernel, and of the layer it works on. */
  readonly label: string
  readonly phase: Phase
  readonly code: string
  readonly constants: Readonly<Record<string, number>>
  /** Workgroups for a batch of this many examples. */
  workgroups(examples: number): number
}

/** What the kernels must know of the method and of the optimizer. */
export interface PassOptions {
  /** The programs of the weights; null where the weights come from the host. */
  readonly program: {
    readonly name: "upgrad" | "dualproj" /** ε of the trace ridge. */
    readonly epsilon: number
  } | null
  readonly optimizer: OptimizerPlan
}

/** What WebGPU promises for one dimension of a dispatch. */
const MOST_WORKGROUPS = 65535

/** All passes of a step, in order. */
export function passesOf(stages: Stages, arenas: Arenas, options: PassOptions): readonly Pass[] {
  const layers = arenas.convolutions
  const backward = layers.toReversed().flatMap((place, i) => {
    const below = layers[layers.length - 2 - i]
    return below === undefined ? [imageJacobian(place, arenas)] : [jacobian(place, below, arenas), deltas(place, below)]
  })
  const passes = [
    ...layers.map((place, i) => forward(place, layers[i - 1])),
    headPass(stages, arenas),
    ...backward,
    ...gramianPasses(stages, arenas),
    ...(options.program === null ? [] : [dualConePass(arenas, options.program)]),
    updatePass(stages, arenas, options.optimizer)
  ].map((pass) => ({ ...pass, constants: { ...pass.constants, ...stridesOf(arenas) } }))
  for (const { label, workgroups } of passes) {
    const count = workgroups(arenas.batchSize)
    if (count <= MOST_WORKGROUPS) continue
    const message = `${label} would take ${count} workgroups, and WebGPU allows ${MOST_WORKGROUPS}; take a smaller batch`
    throw new WebGpuError("unsupported-network", message)
  }
  return passes
}

/** From the arrays of one replica to those of the next. */
const stridesOf = (arenas: Arenas) => ({
  PARAMETERS_STRIDE: arenas.parameters.size,
  IMAGES_STRIDE: arenas.images.stride,
  LABELS_STRIDE: arenas.integers.labelStride,
  ACTIVATIONS_STRIDE: arenas.activations.size,
  PLACES_STRIDE: arenas.places.size,
  DELTAS_STRIDE: arenas.deltas.size,
  JACOBIAN_STRIDE: arenas.jacobian.size,
  SUMMARY_STRIDE: arenas.summary.size
})

/** Each workgroup of 64 threads takes 64 items of a batch. */
const by64 = (itemsOfExample: number) => (examples: number) => Math.ceil((examples * itemsOfExample) / 64)

const code = (...parts: readonly string[]) => parts.join("\n")

/** Constants that all kernels of a convolution share. */
const shape = ({ convolution, places }: ConvolutionPlace) => ({
  OUTPUTS: convolution.outputs,
  CELLS_X: convolution.cellsX,
  CELLS_Y: convolution.cellsY,
  POOL: convolution.pool,
  PLACES_AT: places
})

const cellsOf = ({ convolution }: ConvolutionPlace) => convolution.cellsX * convolution.cellsY

const sizeOf = ({ convolution }: ConvolutionPlace) => convolution.inputs * convolution.inputX * convolution.inputY

function forward(place: ConvolutionPlace, below: ConvolutionPlace | undefined): Pass {
  const { convolution } = place
  const { inputs, inputX, inputY, outputs, groups, name } = convolution
  const workgroups = by64((cellsOf(place) * outputs) / 4)
  const common = {
    ...shape(place),
    INPUT_AT: below?.output ?? 0,
    INPUT_SIZE: sizeOf(place),
    WEIGHTS_AT: place.forward,
    BIAS_AT: place.bias,
    OUTPUT_AT: place.output
  }
  if (below !== undefined && groups === 1) {
    return {
      label: `convolve-dense ${name}`,
      phase: "linearize",
      code: code(batch, elu, convolveDense),
      constants: { ...common, INPUTS: inputs, INPUT_X: inputX, THREADS_OF_CELL: convolution.pool > 2 ? 3 : 1 },
      workgroups
    }
  }
  const strides =
    below === undefined
      ? { FROM_IMAGES: 1, CHANNEL_STRIDE: inputX * inputY, X_STRIDE: 1, Y_STRIDE: inputX }
      : { FROM_IMAGES: 0, CHANNEL_STRIDE: 1, X_STRIDE: inputs, Y_STRIDE: inputX * inputs }
  return {
    label: `convolve ${name}`,
    phase: "linearize",
    code: code(batch, elu, convolve),
    constants: { ...common, ...strides, INPUTS: inputs / groups, GROUP_OUTPUTS: outputs / groups },
    workgroups
  }
}

function headPass(stages: Stages, arenas: Arenas): Pass {
  const { features, hidden, classes } = stages
  const { parameters, activations, deltas: delta, summary } = arenas
  const last = arenas.convolutions[arenas.convolutions.length - 1]?.output ?? 0
  const quads = hidden / 4
  const threads = quads * Math.max(1, Math.floor(128 / quads), Math.ceil(classes / quads))
  return {
    label: "head",
    phase: "linearize",
    code: code(batch, elu, head),
    constants: {
      ...{ FEATURES: features, HIDDEN: hidden, CLASSES: classes, THREADS: threads },
      ...{ FEATURES_AT: last, HIDDEN_AT: activations.hidden },
      ...{ FORWARD_AT: parameters.forward, FIRST_AT: parameters.first, FIRST_BIAS_AT: parameters.firstBias },
      ...{ SECOND_AT: parameters.second, SECOND_BIAS_AT: parameters.secondBias },
      ...{ FEATURE_DELTAS_AT: last, HIDDEN_DELTAS_AT: delta.hidden, CLASS_DELTAS_AT: delta.classes },
      ...{ LOSSES_AT: summary.losses, SCALES_AT: summary.scales, HEALTH_AT: summary.health }
    },
    workgroups: (examples) => examples
  }
}

function jacobian(place: ConvolutionPlace, below: ConvolutionPlace, arenas: Arenas): Pass {
  const { inputs, inputX, outputs, groups, name } = place.convolution
  const common = {
    ...shape(place),
    ...{ INPUT_AT: below.output, INPUT_SIZE: sizeOf(place), INPUT_X: inputX, DELTAS_AT: place.output },
    ...{ COLUMNS: arenas.columns, WEIGHTS_COLUMN: place.weights, BIAS_COLUMN: place.bias }
  }
  if (groups === 1) {
    return {
      label: `jacobian-dense ${name}`,
      phase: "linearize",
      code: code(batch, jacobianDense),
      constants: { ...common, INPUTS: inputs },
      workgroups: by64((outputs * inputs) / 4)
    }
  }
  return {
    label: `jacobian-grouped ${name}`,
    phase: "linearize",
    code: code(batch, jacobianGrouped),
    constants: { ...common, INPUTS: inputs / groups, GROUP_OUTPUTS: outputs / groups, CHANNELS: inputs },
    workgroups: (examples) => examples * Math.ceil(outputs / 16)
  }
}

function imageJacobian(place: ConvolutionPlace, arenas: Arenas): Pass {
  const { inputs, inputX, inputY, name } = place.convolution
  return {
    label: `jacobian-images ${name}`,
    phase: "linearize",
    code: code(batch, jacobianImages),
    constants: {
      ...shape(place),
      ...{ IMAGE_CHANNELS: inputs, IMAGE_X: inputX, IMAGE_Y: inputY, DELTAS_AT: place.output },
      ...{ COLUMNS: arenas.columns, WEIGHTS_COLUMN: place.weights, BIAS_COLUMN: place.bias }
    },
    workgroups: (examples) => examples * (9 * inputs + 1)
  }
}

function deltas(place: ConvolutionPlace, below: ConvolutionPlace): Pass {
  const { inputs, inputX, inputY, outputs, groups, name } = place.convolution
  const common = {
    ...shape(place),
    ...{ INPUT_AT: below.output, INPUT_DELTAS_AT: below.output, INPUT_X: inputX, INPUT_Y: inputY },
    ...{ DELTAS_AT: place.output, WEIGHTS_AT: place.weights }
  }
  if (groups === 1) {
    return {
      label: `deltas-dense ${name}`,
      phase: "linearize",
      code: code(batch, elu, deltasDense),
      constants: { ...common, INPUTS: inputs },
      workgroups: by64((inputX * inputY * inputs) / 4)
    }
  }
  return {
    label: `deltas-grouped ${name}`,
    phase: "linearize",
    code: code(batch, elu, deltasGrouped),
    constants: { ...common, INPUTS: inputs / groups, GROUP_OUTPUTS: outputs / groups, CHANNELS: inputs },
    workgroups: by64(inputX * inputY * inputs)
  }
}

function gramianPasses({ features, hidden }: Stages, arenas: Arenas): readonly Pass[] {
  const { batchSize, columns, activations, deltas: delta, summary } = arenas
  const { chunk, chunks, parts, tiles, blocks, side } = arenas.gramian
  const last = arenas.convolutions[arenas.convolutions.length - 1]?.output ?? 0
  const several = tiles > 1
  return [
    {
      label: "gramian-parts",
      phase: "gramian",
      code: code(batch, gramianParts),
      constants: {
        // Two tiles of 32 columns would not fit the workgroup memory that WebGPU promises.
        ...{ TILES: tiles, BLOCKS: blocks, SIDES: several ? 2 : 1, TILE: several ? 16 : 32 },
        ...{ THREADS: blocks > 8 ? 256 : 64, CHUNKS: chunks, CHUNK: chunk, COLUMNS: columns },
        ...{ FEATURES: features, FEATURES_AT: last, HIDDEN: hidden, HIDDEN_AT: activations.hidden },
        ...{ HIDDEN_DELTAS_AT: delta.hidden, CLASSES_PADDED: arenas.paddedClasses },
        ...{ CLASS_DELTAS_AT: delta.classes, PARTS_AT: summary.parts }
      },
      workgroups: () => ((chunks + 2) * tiles * (tiles + 1)) / 2
    },
    {
      label: "gramian",
      phase: "gramian",
      code: code(batch, gramian),
      constants: {
        ...{ EXAMPLES: batchSize, TILE_EXAMPLES: 4 * blocks, SIDE: side, PARTS: parts },
        ...{ PARTS_AT: summary.parts, GRAMIAN_AT: summary.gramian }
      },
      workgroups: () => Math.ceil((batchSize * batchSize) / 64)
    }
  ]
}

function dualConePass({ batchSize, summary }: Arenas, program: NonNullable<PassOptions["program"]>): Pass {
  const { name, epsilon } = program
  return {
    label: "dual-cone",
    phase: "weights",
    code: code(batch, dualCone),
    constants: {
      ...{ EXAMPLES: batchSize, THREADS: batchSize > 32 ? 64 : 32, UPGRAD: name === "upgrad" ? 1 : 0 },
      ...{ EPSILON: epsilon, SCALES_AT: summary.scales, PREFERENCE_AT: summary.preference },
      ...{ GRAMIAN_AT: summary.gramian, PROJECTIONS_AT: summary.projections },
      ...{ REPORTS_AT: summary.reports, HEALTH_AT: summary.health }
    },
    workgroups: name === "upgrad" ? (examples) => examples : () => 1
  }
}

function updatePass(stages: Stages, arenas: Arenas, optimizer: OptimizerPlan): Pass {
  const { features, hidden, classes } = stages
  const { parameters, activations, deltas: delta, integers, summary } = arenas
  const last = arenas.convolutions[arenas.convolutions.length - 1]?.output ?? 0
  return {
    label: "update",
    phase: "update",
    code: code(batch, optimizer.code, update),
    constants: {
      ...{ EXAMPLES: arenas.batchSize, COLUMNS: arenas.columns, FEATURES: features, HIDDEN: hidden },
      ...{ CLASSES: classes, CLASSES_PADDED: arenas.paddedClasses, FEATURES_AT: last },
      ...{ HIDDEN_AT: activations.hidden, HIDDEN_DELTAS_AT: delta.hidden, CLASS_DELTAS_AT: delta.classes },
      ...{ PARAMETERS: arenas.parameterCount, POSITIONS_AT: integers.positions, FORWARD_AT: parameters.forward },
      ...{ VECTORS_AT: parameters.vectors, VECTOR_SIZE: parameters.vectorSize },
      ...{ LOSSES_AT: summary.losses, SCALES_AT: summary.scales, PREFERENCE_AT: summary.preference },
      ...{ PROJECTIONS_AT: summary.projections, WEIGHTS_AT: summary.weights, REPORTS_AT: summary.reports },
      ...{ HEALTH_AT: summary.health, DIRECTION_AT: summary.direction, MOST_RESIDUAL },
      ...optimizer.constants
    },
    workgroups: () => Math.ceil(arenas.parameterCount / 256)
  }
}
