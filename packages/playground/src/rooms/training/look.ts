/**
 * Looks at a network between its steps: the Gramian of a batch, and the outputs for a drawing.
 *
 * @module
 */
import { type Checkpoint, type Dataset, loadWasmFor, makeCpuEngine, networks, prepareData, type Step } from "dualcone"
import type { SideOfPicture } from "./protocol.ts"

/** The parameters of a state, by PyTorch's names. */
export type Parameters = Checkpoint["parameters"]

/** Planned once for a data set. */
export interface Look extends Disposable {
  /** Threads of the engine that looks, and of those that train. */
  readonly threads: number
  /** Numbers in the network. */
  readonly parameters: number
  /** What a step on the examples with these indices decided at these parameters, in the order of `order`. */
  picture(parameters: Parameters, batch: Int32Array, step: Step, order: readonly number[]): SideOfPicture
  /** Softmax of the outputs for 28 × 28 levels. */
  classes(parameters: Parameters, drawing: Uint8Array): Float64Array
}

/** Plans an engine on the CPU for looks at batches of at most `batchSize` examples. */
export async function makeLook(data: Dataset, batchSize: number, threads: number): Promise<Look> {
  const wasm = await loadWasmFor(threads)
  const engine = makeCpuEngine(wasm, { network: networks.mnist, batchSize })
  const prepared = prepareData(data, engine.plan)
  return {
    threads: engine.threads,
    parameters: engine.plan.parameterCount,
    picture(parameters, batch, step, order) {
      engine.load(parameters)
      prepared.batch(batch).write(engine)
      const gramian = engine.linearize({ examples: batch.length }).gramian().values
      const losses = Float64Array.from(order, (i) => step.losses[i] ?? Number.NaN)
      const weights = Float64Array.from(order, (i) => step.weights?.[i] ?? 0)
      const sorted = Float64Array.from(order.flatMap((i) => order.map((j) => gramian[i * batch.length + j] ?? 0)))
      return { losses, weights, gramian: sorted, gains: product(sorted, weights) }
    },
    classes(parameters, drawing) {
      engine.load(parameters)
      const one = { ...data, examples: 1, images: drawing, labels: [0] }
      prepareData(one, engine.plan).batch([0]).write(engine)
      const outputs = engine.outputs({ examples: 1 }).slice()
      const largest = Math.max(...outputs)
      const exponentials = Float64Array.from(outputs, (output) => wasm.functions.exp(output - largest))
      const sum = exponentials.reduce((total, value) => total + value, 0)
      return exponentials.map((value) => value / sum)
    },
    [Symbol.dispose]: () => engine[Symbol.dispose]()
  }
}

/** G w. */
function product(gramian: Float64Array, weights: Float64Array): Float64Array {
  const m = weights.length
  return weights.map((_, i) => weights.reduce((sum, weight, j) => sum + weight * (gramian[i * m + j] ?? 0), 0))
}
