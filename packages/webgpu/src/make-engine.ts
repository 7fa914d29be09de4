/**
 * Makes engines: lays a network out, compiles its kernels, and turns calls into submits.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { layOut } from "./arenas.ts"
import { makeBatchWriter } from "./batch-writer.ts"
import { BUFFER, COMPUTE_STAGE } from "./bits.ts"
import type { WebGpuDevice } from "./device.ts"
import { MOST_EXAMPLES, type WebGpuEngine, type WebGpuEngineOptions } from "./engine.ts"
import { WebGpuError } from "./errors.ts"
import { HEADER_SIZE, MOST_REPLICAS, makeHeaderWriter } from "./header.ts"
import { makeMarks } from "./marks.ts"
import { makeMemory } from "./memory.ts"
import { methodOf } from "./method.ts"
import { checkRate, planOptimizer } from "./optimizer.ts"
import { makeParameterOrder } from "./parameter-order.ts"
import { type Phase, passesOf } from "./passes.ts"
import { compile } from "./pipelines.ts"
import { profile } from "./profile.ts"
import { makeReadback } from "./readback.ts"
import { reportOf } from "./report.ts"
import { type Kept, makeReportRing } from "./report-ring.ts"
import { stagesOf, tensorsOf } from "./stages.ts"

/** Numbers of submits are exact in float32. */
const MOST_STAMPS = 2 ** 24

/** Which kernels a submit runs. */
interface Route {
  readonly phases: readonly Phase[]
  /** 0 weights known beforehand, 1 UPGrad, 2 DualProj. */
  readonly method: 0 | 1 | 2
  readonly update: boolean
}

/**
 * Plans a network for the device: compiles the kernels, lays the buffers out.
 *
 * @throws WebGpuError `unsupported-network` and `unsupported-method` for what has no kernels, `shader`, `out-of-memory`
 * and `lost` from the device
 * @throws InputError for a batch size, a number of replicas or an option of the optimizer that breaks its rule
 */
export async function makeWebGpuEngine(gpu: WebGpuDevice, options: WebGpuEngineOptions): Promise<WebGpuEngine> {
  const { network, batchSize, aggregator, replicas = 1, ownBatches = false } = options
  checkWithin(batchSize, 1, MOST_EXAMPLES, "the batch size")
  checkWithin(replicas, 1, MOST_REPLICAS, "the number of replicas")
  const optimizer = planOptimizer(options.optimizer)
  const stages = stagesOf(network)
  const method = methodOf(aggregator, batchSize)
  const arenas = layOut(stages, { batchSize, vectors: optimizer.vectors.length, replicas, ownBatches })
  const passes = passesOf(stages, arenas, { program: method.program, optimizer })
  const tensors = tensorsOf(stages)
  const order = makeParameterOrder(stages, arenas, tensors, optimizer.vectors)
  const { device } = gpu

  const layout = device.createBindGroupLayout({
    entries: Array.from({ length: 9 }, (_, binding): GPUBindGroupLayoutEntry => {
      return { binding, visibility: COMPUTE_STAGE, buffer: { type: binding === 0 ? "uniform" : "storage" } }
    })
  })
  const pipelines = await compile(gpu, layout, passes)
  const { parameters: inParameters, images, integers, summary: inSummary } = arenas
  const batches = ownBatches ? replicas : 1
  const memory = makeMemory(gpu)
  const header = memory.make({ label: "batch", size: HEADER_SIZE, usage: BUFFER.uniform | BUFFER.copyDestination })
  const parameters = memory.make({ label: "parameters", size: replicas * inParameters.size })
  const imageBuffer = memory.make({ label: "images", size: batches * images.size })
  const integerBuffer = memory.make({ label: "integers", size: integers.size })
  const own = (label: "activations" | "places" | "deltas" | "jacobian" | "summary") =>
    memory.make({ label, size: replicas * arenas[label].size })
  const bound = [header, parameters, imageBuffer, integerBuffer, own("activations"), own("places"), own("deltas")]
  const jacobian = own("jacobian")
  const summary = own("summary")
  const marks = makeMarks(memory, parameters, replicas * inParameters.size)
  const ring = makeReportRing(gpu, memory, summary, arenas)
  const whole = makeReadback(gpu, memory, {
    label: "state to the host",
    length: Math.max(inParameters.size, inSummary.parts),
    kept: 1
  })
  await memory.settle()
  const group = device.createBindGroup({
    layout,
    entries: [...bound, jacobian, summary].map((buffer, binding) => ({ binding, resource: { buffer } }))
  })
  device.queue.writeBuffer(integerBuffer, 4 * integers.positions, order.positions)

  const dispatches = passes.flatMap((pass, i) => {
    const pipeline = pipelines[i]
    return pipeline === undefined ? [] : [{ pass, pipeline }]
  })
  const chosen = (phases: readonly Phase[]) => dispatches.filter(({ pass }) => phases.includes(pass.phase))
  const gramianFormed = !method.straight
  const inStep: readonly Phase[] = [
    ...(["linearize"] as const),
    ...(gramianFormed ? (["gramian"] as const) : []),
    ...(method.program === null ? [] : (["weights"] as const)),
    "update"
  ]
  const { index } = method
  const stepRoute: Route = { phases: inStep, method: index, update: true }
  const lookRoute: Route = { phases: ["linearize", "gramian", "weights", "update"], method: index, update: false }
  const givenRoute: Route = { phases: ["linearize", "gramian", "update"], method: 0, update: false }
  const updateRoute: Route = { phases: ["update"], method: 0, update: true }

  const batchWriter = makeBatchWriter(gpu, stages, arenas, { batches, images: imageBuffer, integers: integerBuffer })
  const headerBytes = makeHeaderWriter()
  let examples = 0
  /** What the preferences in the summary are: the method's own for so many examples, or somebody's weights. */
  let preferred = 0
  let steps = 0
  let stamp = 0
  let linearized = false

  const ratesOf = (learningRate: number | readonly number[]): readonly number[] => {
    const rates = typeof learningRate === "number" ? new Array<number>(replicas).fill(learningRate) : learningRate
    if (rates.length !== replicas) {
      const rule = `there must be one, or one a replica, ${replicas}`
      throw new InputError({ rule, place: "the number of learning rates", value: rates.length })
    }
    rates.forEach(checkRate)
    return rates.map((rate) => optimizer.rateAt(rate, steps + 1))
  }
  const writeWeights = (weights: (replica: number) => Float32Array) => {
    for (let replica = 0; replica < replicas; replica++) {
      device.queue.writeBuffer(summary, 4 * (replica * inSummary.size + inSummary.preference), weights(replica))
    }
  }
  const preferUsual = (count: number) => {
    if (preferred === count) return
    const preference = method.preference(count)
    writeWeights(() => preference)
    preferred = count
  }
  const giveWeights = (weights: ArrayLike<number>) => {
    const wanted = replicas * examples
    if (weights.length !== wanted) {
      throw new InputError({ rule: `there must be ${wanted}`, place: "the number of weights", value: weights.length })
    }
    const given = Float32Array.from(weights)
    preferred = 0
    writeWeights((replica) => given.subarray(replica * examples, (replica + 1) * examples))
  }
  const writeHeader = ({ update, method: weighing }: Route, learningRates: readonly number[]) => {
    stamp = (stamp % MOST_STAMPS) + 1
    const corrections = optimizer.correctionsAt(steps + 1)
    const content = { examples, update, first: steps === 0, method: weighing, stamp, corrections, learningRates }
    device.queue.writeBuffer(header, 0, headerBytes(content))
  }
  const submit = (route: Route, learningRates: readonly number[], keep: boolean) => {
    writeHeader(route, learningRates)
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setBindGroup(0, group)
    for (const { pass: planned, pipeline } of chosen(route.phases)) {
      pass.setPipeline(pipeline)
      pass.dispatchWorkgroups(planned.workgroups(examples), replicas)
    }
    pass.end()
    if (keep) ring.keep(encoder, { examples, stamp })
    device.queue.submit([encoder.finish()])
  }
  /** Whether somebody waits for a look at the summary, which must stay as it is until then. */
  let looking = false
  const checkAvailable = () => {
    if (gpu.lost !== null) throw gpu.lost
    if (!looking) return
    const rule = "what linearize and inspect find must be awaited before the next call"
    throw new InputError({ rule, place: "a call of the engine", value: "too early" })
  }
  const whileLooking = async <A>(look: () => Promise<A>): Promise<A> => {
    looking = true
    try {
      return await look()
    } finally {
      looking = false
    }
  }
  /** The first entries of the summary of a replica, as the last submit left them. */
  const lookAt = async (replica: number, length: number): Promise<Kept> => {
    const asked = { examples, stamp }
    const start = replica * inSummary.size
    const { values } = await whole.read(summary, () => ({ start, length, asked }))
    // After a loss some runtimes hand out memory that no kernel has touched.
    if (values[inSummary.health + 2] === asked.stamp) return { ...asked, replica, values }
    throw gpu.lost ?? new WebGpuError("lost", "the GPU left a step out")
  }
  const encoded = <A>(encode: (encoder: GPUCommandEncoder) => A): A => {
    const encoder = device.createCommandEncoder()
    const result = encode(encoder)
    device.queue.submit([encoder.finish()])
    return result
  }
  const clearHealth = (replica: number) => {
    const at = replica * inSummary.size + inSummary.health
    device.queue.writeBuffer(summary, 4 * at, new Float32Array(5))
  }
  const goOn = (after: number) => {
    for (const replica of everyReplica) clearHealth(replica)
    ring.clear()
    linearized = false
    steps = after
  }
  const everyReplica = Array.from({ length: replicas }, (_, replica) => replica)
  const given = { method: { program: null, straight: false }, gramian: true } as const

  return {
    kind: "webgpu",
    batchSize,
    replicas,
    parameters: tensors,
    vectors: optimizer.vectors.map(({ name }) => name),
    dispatches: chosen(inStep).length,
    bytes: memory.bytes,
    window: ring.window,
    load(state, replica) {
      checkAvailable()
      const arena = order.arenaOf(state)
      const write = (to: number) => device.queue.writeBuffer(parameters, 4 * to * inParameters.size, arena)
      if (replica === undefined) {
        everyReplica.forEach(write)
        goOn(state.steps ?? 0)
        return
      }
      checkWithin(replica, 0, replicas - 1, "the replica")
      if (state.steps !== undefined && state.steps !== steps) {
        const rule = `replicas step together, and have made ${steps}`
        throw new InputError({ rule, place: "the steps of the state of a replica", value: state.steps })
      }
      write(replica)
      clearHealth(replica)
      linearized = false
    },
    async save(replica = 0) {
      checkWithin(replica, 0, replicas - 1, "the replica")
      const start = replica * inParameters.size
      const { values, asked } = await whole.read(parameters, () => ({
        ...{ start, length: inParameters.size },
        asked: steps
      }))
      return { ...order.stateOf(values), steps: asked }
    },
    step(inputs, labels, { learningRate = options.optimizer.learningRate } = {}) {
      checkAvailable()
      if (aggregator === null) {
        const rule = "its weights come from the host: call linearize and update"
        throw new InputError({ rule, place: "a step of this engine", value: null })
      }
      const rates = ratesOf(learningRate)
      examples = batchWriter(inputs, labels)
      linearized = false
      preferUsual(examples)
      submit(stepRoute, rates, true)
      steps++
    },
    async reports() {
      const kept = await ring.read()
      return kept.map((report) => reportOf(report, arenas, { method, gramian: gramianFormed }))
    },
    async linearize(inputs, labels) {
      checkAvailable()
      examples = batchWriter(inputs, labels)
      submit(givenRoute, [], false)
      linearized = true
      const found = await whileLooking(() =>
        Promise.all(everyReplica.map((replica) => lookAt(replica, inSummary.reported)))
      )
      return found.map((kept) => reportOf(kept, arenas, given))
    },
    update(weights, { learningRate = options.optimizer.learningRate } = {}) {
      checkAvailable()
      if (!linearized) {
        const rule = "a batch must have been linearized, and not been updated, before"
        throw new InputError({ rule, place: "the update", value: null })
      }
      const rates = ratesOf(learningRate)
      giveWeights(weights)
      submit(updateRoute, rates, false)
      linearized = false
      steps++
    },
    async inspect(inputs, labels, { weights } = {}) {
      checkAvailable()
      examples = batchWriter(inputs, labels)
      linearized = false
      if (weights === undefined) preferUsual(examples)
      else giveWeights(weights)
      submit(weights === undefined ? lookRoute : givenRoute, [], false)
      const kept = await whileLooking(() => lookAt(0, inSummary.parts))
      const kind = weights === undefined ? { method, gramian: true } : given
      return {
        ...reportOf(kept, arenas, kind),
        direction: order.named(kept.values.subarray(inSummary.direction))
      }
    },
    mark() {
      checkAvailable()
      return encoded((encoder) => marks.mark(encoder, steps))
    },
    recall(mark) {
      checkAvailable()
      encoded((encoder) => marks.recall(encoder, mark))
      goOn(mark.steps)
    },
    release(after) {
      checkAvailable()
      goOn(after)
    },
    async profile() {
      checkAvailable()
      if (examples === 0) {
        throw new InputError({ rule: "there must be one to repeat", place: "the last batch", value: null })
      }
      writeHeader({ ...stepRoute, update: false }, [])
      return profile(gpu, group, chosen(inStep), examples, replicas)
    },
    [Symbol.dispose]() {
      memory[Symbol.dispose]()
    }
  }
}

function checkWithin(value: number, least: number, most: number, place: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new InputError({ rule: `it must be an integer from ${least} to ${most}`, place, value })
}
