/**
 * The network engine on WebGPU: a step of Jacobian descent from the images to the updated parameters as one encoder and
 * one submit. Buffers, pipelines and the bind group are made once; nothing is read back inside a step.
 *
 * @module
 */
import type { NetworkDescription, ParameterPlan } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import { layOut } from "./arenas.ts"
import { BUFFER, COMPUTE_STAGE } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import { WebGpuError } from "./errors.ts"
import { allocate } from "./memory.ts"
import { type GpuAggregator, type GpuSgd, methodOf } from "./method.ts"
import { concatenated, fillCopies, forwardPositions, pytorchPlaces } from "./parameter-order.ts"
import { type Pass, type Phase, passesOf } from "./passes.ts"
import { compile } from "./pipelines.ts"
import { makeReadback } from "./readback.ts"
import { reportOf, type StepReport } from "./report.ts"
import { stagesOf, tensorsOf } from "./stages.ts"

/** The most examples of a batch: the programs of the weights live in workgroup memory. */
export const MOST_EXAMPLES = 64

/** Numbers of submits are exact in float32. */
const MOST_STAMPS = 2 ** 24

/** What an engine is planned for. */
export interface WebGpuEngineOptions {
  /** A network of the family of `stagesOf`, under cross-entropy. */
  readonly network: NetworkDescription
  /** Largest number of examples in a batch, 1 to {@link MOST_EXAMPLES}. */
  readonly batchSize: number
  /** UPGrad and DualProj with a trace ridge; mean, sum, constant. */
  readonly aggregator: GpuAggregator
  readonly optimizer: GpuSgd
}

/** A report with the direction that the step would have taken. */
export interface Inspection extends StepReport {
  /** Jᵀ w by PyTorch's names and order. */
  readonly direction: ReadonlyMap<string, Float32Array>
}

/** A network in training on the GPU. Batches hold one to `batchSize` examples. */
export interface WebGpuEngine extends Disposable {
  readonly kind: "webgpu"
  readonly batchSize: number
  /** In PyTorch's names, shapes and order. */
  readonly parameters: readonly ParameterPlan[]
  /** Dispatches of a step. */
  readonly dispatches: number
  /** Bytes of GPU memory. */
  readonly bytes: number
  /**
   * Sets every parameter, by PyTorch's names and order, zeros before; and the momentum, which is forgotten when it is not
   * given.
   */
  load(parameters: ReadonlyMap<string, Float32Array>, momentum?: ReadonlyMap<string, Float32Array>): void
  /** Copies of all parameters, by PyTorch's names and order. */
  save(): Promise<Map<string, Float32Array>>
  /** A copy of the momentum, likewise; null for an optimizer without. */
  saveMomentum(): Promise<Map<string, Float32Array> | null>
  /**
   * Writes a batch, runs a step on it and returns before the GPU is done. `inputs` is [examples, ...input] in PyTorch's
   * order, `labels` one class an example.
   */
  step(inputs: Float32Array, labels: Int32Array, options?: { readonly learningRate?: number }): void
  /** What the last step (or inspection) found; waits for the GPU. Reading every few steps keeps the GPU busy. */
  read(): Promise<StepReport>
  /**
   * Losses, Gramian, weights and direction of a batch, without an update. Given `weights`, the direction is theirs.
   */
  inspect(
    inputs: Float32Array,
    labels: Int32Array,
    options?: { readonly weights?: ArrayLike<number> }
  ): Promise<Inspection>
}

/**
 * Plans a network for the device: compiles the kernels, lays the buffers out.
 *
 * @throws WebGpuError `unsupported-network` and `unsupported-method` for what has no kernels, `shader`, `out-of-memory`
 * and `lost` from the device
 * @throws InputError for a batch size or an option of the optimizer that breaks its rule
 */
export async function makeWebGpuEngine(gpu: WebGpuDevice, options: WebGpuEngineOptions): Promise<WebGpuEngine> {
  const { network, batchSize, aggregator, optimizer } = options
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MOST_EXAMPLES) {
    const rule = `it must be an integer from 1 to ${MOST_EXAMPLES}`
    throw new InputError({ rule, place: "the batch size", value: batchSize })
  }
  const { learningRate, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = optimizer
  checkRate(learningRate)
  const stages = stagesOf(network)
  const method = methodOf(aggregator)
  const arenas = layOut(stages, batchSize, momentum > 0)
  const { summary, parameterCount } = arenas
  const settings = { program: method.program, epsilon: method.epsilon, momentum, dampening, weightDecay, nesterov }
  const passes = passesOf(stages, arenas, settings)
  const tensors = tensorsOf(stages)
  const { device } = gpu

  const layout = device.createBindGroupLayout({
    entries: Array.from({ length: 9 }, (_, binding): GPUBindGroupLayoutEntry => {
      return { binding, visibility: COMPUTE_STAGE, buffer: { type: binding === 0 ? "uniform" : "storage" } }
    })
  })
  const pipelines = await compile(gpu, layout, passes)
  const memory = await allocate(gpu, [
    { label: "batch", size: 8, usage: BUFFER.uniform },
    { label: "parameters", size: arenas.parameters.size, usage: BUFFER.storage },
    { label: "images", size: arenas.images.size, usage: BUFFER.storage },
    { label: "integers", size: arenas.integers.size, usage: BUFFER.storage },
    { label: "activations", size: arenas.activations.size, usage: BUFFER.storage },
    { label: "places", size: arenas.places.size, usage: BUFFER.storage },
    { label: "deltas", size: arenas.deltas.size, usage: BUFFER.storage },
    { label: "jacobian", size: arenas.jacobian.size, usage: BUFFER.storage },
    { label: "summary", size: summary.size, usage: BUFFER.storage }
  ])
  const [batchBuffer, parameterBuffer, imageBuffer, integerBuffer, , , , , summaryBuffer] = memory.buffers
  const group = device.createBindGroup({
    layout,
    entries: memory.buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  })

  const places = pytorchPlaces(stages, arenas)
  const positions = forwardPositions(arenas)
  device.queue.writeBuffer(integerBuffer, 4 * arenas.integers.positions, positions)

  const named = (arena: Float32Array): Map<string, Float32Array> => {
    const ordered = new Float32Array(parameterCount)
    for (let k = 0; k < parameterCount; k++) ordered[places[k] ?? 0] = arena[k] ?? 0
    let at = 0
    return new Map(
      tensors.map(({ name, size }) => {
        at += size
        return [name, ordered.slice(at - size, at)]
      })
    )
  }

  const steps: readonly { readonly pass: Pass; readonly pipeline: GPUComputePipeline }[] = passes.flatMap((pass, i) => {
    const pipeline = pipelines[i]
    return pipeline === undefined ? [] : [{ pass, pipeline }]
  })
  const usual: readonly Phase[] =
    method.index === 0
      ? method.straight
        ? ["linearize", "update"]
        : ["linearize", "gramian", "update"]
      : ["linearize", "gramian", "weights", "update"]
  const stepPasses = steps.filter(({ pass }) => usual.includes(pass.phase))
  const inspectPasses = steps.filter(({ pass }) => pass.phase !== "weights" || method.index !== 0)
  const givenPasses = steps.filter(({ pass }) => pass.phase !== "weights")

  const [image] = stages.convolutions
  const inputSize = image.inputs * image.inputX * image.inputY
  const header = new ArrayBuffer(32)
  const headerIntegers = new Uint32Array(header)
  const headerFloats = new Float32Array(header)
  let examples = 0
  let written: "usual" | "given" = "given"
  let first = true
  let stamp = 0

  const write = (inputs: Float32Array, labels: Int32Array) => {
    if (gpu.lost !== null) throw gpu.lost
    const count = labels.length
    if (count < 1 || count > batchSize) {
      const rule = `a batch holds 1 to ${batchSize} examples`
      throw new InputError({ rule, place: "the number of labels", value: count })
    }
    if (inputs.length !== count * inputSize) {
      const rule = `it must be ${count * inputSize} for ${count} examples`
      throw new InputError({ rule, place: "the number of entries of the inputs", value: inputs.length })
    }
    const wrong = labels.findIndex((label) => label < 0 || label >= stages.classes)
    if (wrong >= 0) {
      const rule = `it must be a class from 0 to ${stages.classes - 1}`
      throw new InputError({ rule, place: `label ${wrong}`, value: labels[wrong] })
    }
    device.queue.writeBuffer(imageBuffer, 0, inputs)
    device.queue.writeBuffer(integerBuffer, 4 * arenas.integers.labels, labels)
    return count
  }

  const writeHeader = (update: boolean, index: number, learningRate: number) => {
    headerIntegers[0] = examples
    headerIntegers[1] = update ? 1 : 0
    headerIntegers[2] = first ? 1 : 0
    headerIntegers[3] = index
    headerFloats[4] = learningRate
    stamp = (stamp % MOST_STAMPS) + 1
    headerFloats[5] = stamp
    device.queue.writeBuffer(batchBuffer, 0, header)
  }

  const preferUsual = (count: number) => {
    if (count === examples && written === "usual") return
    device.queue.writeBuffer(summaryBuffer, 4 * summary.preference, method.preference(count))
    written = "usual"
  }

  const submit = (chosen: typeof steps) => {
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setBindGroup(0, group)
    for (const step of chosen) {
      pass.setPipeline(step.pipeline)
      pass.dispatchWorkgroups(step.pass.workgroups(examples))
    }
    pass.end()
    device.queue.submit([encoder.finish()])
  }

  const readback = makeReadback(gpu, summary.reported)
  /** After a loss some runtimes hand out memory that no kernel has touched. */
  const checked = (values: Float32Array, expected: number): Float32Array => {
    if (values[summary.health + 2] === expected) return values
    throw gpu.lost ?? new WebGpuError("lost", "the GPU left a step out")
  }

  return {
    kind: "webgpu",
    batchSize,
    parameters: tensors,
    dispatches: stepPasses.length,
    bytes: memory.bytes + readback.bytes,
    load(given, givenMomentum) {
      if (gpu.lost !== null) throw gpu.lost
      const arena = new Float32Array(arenas.parameters.size)
      const ordered = concatenated(tensors, given)
      for (let k = 0; k < parameterCount; k++) arena[k] = ordered[places[k] ?? 0] ?? 0
      if (givenMomentum !== undefined && momentum > 0) {
        const vector = concatenated(tensors, givenMomentum)
        const at = arenas.parameters.momentum
        for (let k = 0; k < parameterCount; k++) arena[at + k] = vector[places[k] ?? 0] ?? 0
      }
      fillCopies(arena, stages, arenas, positions)
      device.queue.writeBuffer(parameterBuffer, 0, arena)
      device.queue.writeBuffer(summaryBuffer, 4 * summary.health, new Float32Array(2))
      first = givenMomentum === undefined
    },
    save: async () => named(await readback.seldom(parameterBuffer, parameterCount)),
    async saveMomentum() {
      if (momentum === 0) return null
      const at = arenas.parameters.momentum
      return named((await readback.seldom(parameterBuffer, at + parameterCount)).subarray(at))
    },
    step(inputs, labels, { learningRate: rate = learningRate } = {}) {
      checkRate(rate)
      const count = write(inputs, labels)
      preferUsual(count)
      examples = count
      writeHeader(true, method.index, rate)
      submit(stepPasses)
      first = false
    },
    async read() {
      if (examples === 0) {
        throw new InputError({ rule: "there must be one to read", place: "the last step", value: null })
      }
      const { values, asked } = await readback.often(summaryBuffer, () => ({ examples, stamp }))
      return reportOf(checked(values, asked.stamp), arenas, method, asked.examples, !method.straight)
    },
    async inspect(inputs, labels, { weights } = {}) {
      const count = write(inputs, labels)
      if (weights === undefined) preferUsual(count)
      else {
        if (weights.length !== count) {
          const rule = `there must be one an example, ${count}`
          throw new InputError({ rule, place: "the number of weights", value: weights.length })
        }
        device.queue.writeBuffer(summaryBuffer, 4 * summary.preference, Float32Array.from(weights))
        written = "given"
      }
      examples = count
      writeHeader(false, weights === undefined ? method.index : 0, 0)
      submit(weights === undefined ? inspectPasses : givenPasses)
      const expected = stamp
      const values = checked(await readback.seldom(summaryBuffer, summary.parts), expected)
      const found = weights === undefined ? method : { ...method, index: 0 as const, straight: false }
      return {
        ...reportOf(values, arenas, found, count, true),
        direction: named(values.subarray(summary.direction))
      }
    },
    [Symbol.dispose]() {
      for (const buffer of memory.buffers) buffer.destroy()
      readback[Symbol.dispose]()
    }
  }
}

function checkRate(learningRate: number): void {
  if (Number.isFinite(learningRate) && learningRate > 0) return
  throw new InputError({ rule: "it must be positive and finite", place: "the learning rate", value: learningRate })
}
