/**
 * A network on data as a function to descend on: parameters in float64 outside, the CPU engine inside.
 *
 * @module
 */
import type { Gramian, JacobianLinearization } from "@dualcone/aggregation"
import { shuffled } from "@dualcone/descent"
import { type EngineOptions, makeCpuEngine, type NetworkDescription, type NetworkEngine } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import type { Instance } from "../instance.ts"

/** Examples as the engine reads them. */
export interface NetworkData {
  readonly examples: number
  /** [examples, input size], row-major. */
  readonly inputs: Float32Array
  /** [examples, losses of an example] class indices. */
  readonly labels: Int32Array
  /** [examples, entries under squared error], where there are some. */
  readonly targets?: Float32Array
}

/** What is learned, from what, and how it is measured. */
export interface NetworkTask extends Pick<EngineOptions, "objective" | "rows"> {
  readonly network: NetworkDescription
  readonly data: NetworkData
  /** Examples of an iteration, counted from 1: always as many. */
  batch(iteration: number): Int32Array
  /** The objectives of a method, from the rows of a batch. Default: the rows. */
  objectives?(
    rows: JacobianLinearization<Float64Array>,
    batch: Int32Array,
    x: Float64Array,
    engine: NetworkEngine
  ): JacobianLinearization<Float64Array>
  /** The measured objectives, from the outputs of all examples and the parameters. */
  measure(outputs: Float32Array, x: Float64Array, engine: NetworkEngine): Float64Array
  /** Examples that are not learned from, and the score of their outputs. */
  readonly heldOut?: { readonly data: NetworkData; score(outputs: Float32Array): number }
  readonly ideal: ArrayLike<number>
  readonly scale: ArrayLike<number>
  readonly measureEvery: number
  /** Changes the first parameters, such as by learning something before. */
  prepare?(engine: NetworkEngine): void
}

/** The task with first parameters drawn by `seed`. */
export function networkInstance(wasm: Wasm, task: NetworkTask, seed: number): Instance {
  const { network, data, heldOut } = task
  const batchSize = task.batch(1).length
  const engine = makeCpuEngine(wasm, {
    network,
    batchSize,
    threads: 1,
    ...(task.objective === undefined ? {} : { objective: task.objective }),
    ...(task.rows === undefined ? {} : { rows: task.rows })
  })
  engine.initialise(seed)
  task.prepare?.(engine)
  const start = Float64Array.from(engine.parameters)
  return {
    start,
    ideal: Float64Array.from(task.ideal),
    scale: Float64Array.from(task.scale),
    least: { worst: 0, mean: 0 },
    distance: null,
    front: null,
    measureEvery: task.measureEvery,
    linearize(x, iteration) {
      engine.parameters.set(x)
      const batch = task.batch(iteration)
      write(engine, data, batch)
      const rows = inDoublePrecision(engine.linearize({ examples: batch.length }), x.length)
      return task.objectives?.(rows, batch, x, engine) ?? rows
    },
    values(x) {
      engine.parameters.set(x)
      return task.measure(outputsOf(engine, data, batchSize), x, engine)
    },
    ...(heldOut === undefined
      ? {}
      : {
          heldOut: (x: Float64Array) => {
            engine.parameters.set(x)
            return heldOut.score(outputsOf(engine, heldOut.data, batchSize))
          }
        }),
    [Symbol.dispose]: () => engine[Symbol.dispose]()
  }
}

/** Copies the examples of these indices into the engine. */
export function write(engine: NetworkEngine, { examples, inputs, labels, targets }: NetworkData, batch: Int32Array) {
  const size = inputs.length / examples
  const losses = labels.length / examples
  const entries = (targets?.length ?? 0) / examples
  batch.forEach((index, i) => {
    engine.inputs.set(inputs.subarray(index * size, (index + 1) * size), i * size)
    engine.labels.set(labels.subarray(index * losses, (index + 1) * losses), i * losses)
    if (targets !== undefined) engine.targets.set(targets.subarray(index * entries, (index + 1) * entries), i * entries)
  })
}

/** Outputs of all examples, batch by batch. */
function outputsOf(engine: NetworkEngine, data: NetworkData, batchSize: number): Float32Array {
  const { outputSize } = engine.plan
  const outputs = new Float32Array(data.examples * outputSize)
  for (let from = 0; from < data.examples; from += batchSize) {
    const count = Math.min(batchSize, data.examples - from)
    write(
      engine,
      data,
      Int32Array.from({ length: count }, (_, i) => from + i)
    )
    outputs.set(engine.outputs({ examples: count }).subarray(0, count * outputSize), from * outputSize)
  }
  return outputs
}

/** The linearization of an engine with directions in float64, which the optimizers of functions take. */
function inDoublePrecision(
  inner: JacobianLinearization<Float32Array>,
  parameters: number
): JacobianLinearization<Float64Array> {
  const { objectives } = inner
  let gramian: Gramian | undefined
  return {
    objectives,
    parameters,
    // Copies: the engine's own are views of memory that grows when a method is planned.
    values: Float64Array.from(inner.values),
    gramian() {
      gramian ??= { objectives, values: Float64Array.from(inner.gramian().values) }
      return gramian
    },
    pullback: (weights) => Float64Array.from(inner.pullback(weights)),
    jacobian: () => inner.jacobian()
  }
}

/** Epochs enough for any budget. */
const ENDLESS = 2 ** 30

/** Batches of all examples, shuffled anew each epoch by `seed`. */
export function shuffledBatches(examples: number, batchSize: number, seed: number): (iteration: number) => Int32Array {
  return shuffled({ examples, batchSize, epochs: ENDLESS, seed }).batch
}

/** Every example, in their order: a full batch. */
export function everyExample(examples: number): () => Int32Array {
  const all = Int32Array.from({ length: examples }, (_, i) => i)
  return () => all
}
