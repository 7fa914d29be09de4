/**
 * The engine over a compiled network in WebAssembly: views of its memory, batches, linearizations. What it does not know
 * is the engine's own order of the parameters, and how the Jacobian is read.
 *
 * @module
 */
import type { Gramian } from "@dualcone/aggregation"
import { InputError, memoryView, refusing, type Wasm } from "@dualcone/wasm"
import type { EngineOptions, LinearizeOptions, NetworkEngine } from "./engine.ts"
import { inOrder } from "./named-tensors.ts"
import type { Plan } from "./plan.ts"

/** What every class of a compiled network offers; see `crates/wasm`. */
export interface CompiledNetwork {
  plan(): string
  pointers(): Uint32Array
  initialise(seed: bigint): void
  setSeed(seed: bigint): void
  setParameter(index: number, tensor: Float32Array): void
  linearize(examples: number, step: number): void
  gradient(examples: number, step: number): void
  gramian(): void
  pullback(rows: number): void
  descend(rate: number): void
  forward(examples: number): void
  threads(): number
  free(): void
}

/** The engine's own order of the parameters, and the Jacobian in it. */
export interface EngineOrder {
  /** Entries that count as columns of the Jacobian: the first ones. */
  readonly jacobianColumns: number
  /** The plan's tensors in a vector of the engine's order. */
  export(vector: Float32Array): readonly Float32Array[]
  /** The plan's tensors, one behind the other, as a vector of the engine's order. */
  import(tensors: readonly Float32Array[]): Float32Array
  /** `rows` rows of the last linearization; `pullback` answers for it. */
  jacobian(rows: number, pullback: (weights: Float64Array) => Float32Array): Float32Array
}

/** A network in memory, before anything is written to it. */
export interface Laid {
  readonly plan: Plan
  /** Byte offsets and lengths, in the order that the class gives them. */
  readonly pointers: Uint32Array
  /** The last direction. */
  readonly direction: () => Float32Array
}

/** The engine over `compiled`, which it owns. */
export function wasmEngine(
  { memory, workers }: Wasm,
  compiled: CompiledNetwork,
  options: EngineOptions,
  order: (laid: Laid) => EngineOrder
): NetworkEngine {
  const { network, batchSize, objective = "cross-entropy", rows: kind = "examples" } = options
  const plan: Plan = { description: network, batchSize, objective, ...JSON.parse(compiled.plan()) }
  const pointers = compiled.pointers()
  const [input = 0, label = 0, target = 0, parameter = 0, along = 0] = pointers
  const [loss = 0, gram = 0, weight = 0, output = 0, length = 0] = pointers.subarray(5)
  const losses = plan.heads.reduce((sum, head) => sum + head.losses, 0)
  const targetSize = plan.heads
    .filter((head) => head.objective === "squared-error")
    .reduce((sum, head) => sum + head.output.reduce((size, side) => size * side, 1), 0)
  const rows = (examples: number) => (kind === "examples" ? examples : kind === "losses" ? losses : examples * losses)

  const inputs = memoryView(memory, Float32Array, input, batchSize * plan.inputSize)
  const labels = memoryView(memory, Int32Array, label, batchSize * losses)
  const targets = memoryView(memory, Float32Array, target, batchSize * targetSize)
  const parameters = memoryView(memory, Float32Array, parameter, length)
  const direction = memoryView(memory, Float32Array, along, length)
  const weights = memoryView(memory, Float64Array, weight, rows(batchSize))
  const outputs = memoryView(memory, Float32Array, output, batchSize * plan.outputSize)
  const values = perRows((count) => memoryView(memory, Float64Array, loss, count))
  const gramian = perRows((count) => memoryView(memory, Float64Array, gram, count * count))
  const own = order({ plan, pointers, direction })
  const threads = compiled.threads()
  let batches = 0
  let claim: Disposable | undefined
  /** A first batch would wait for workers that have everything still to compile, and an only one has no use for them. */
  const startWorkers = () => {
    batches++
    if (batches === 2 && threads > 1) claim = workers?.hold(threads)
  }

  const setWeights = (given: Float64Array, count: number) => {
    if (given.length !== count) {
      const rule =
        kind === "examples"
          ? `there must be one an example, ${count}`
          : `there must be one a row of the Jacobian, ${count}`
      throw new InputError({ rule, place: "the number of weights", value: given.length })
    }
    const to = weights()
    if (given.byteOffset === to.byteOffset && given.buffer === to.buffer) return
    if (given.length <= to.length) to.set(given) // more examples than a batch holds are refused by the network
  }

  const exportVector = (vector: Float32Array): Map<string, Float32Array> => {
    if (vector.length !== length) {
      throw new InputError({ rule: `it must be ${length}`, place: "the length of the vector", value: vector.length })
    }
    const tensors = own.export(vector)
    return new Map(plan.parameters.map(({ name }, index) => [name, tensors[index] ?? new Float32Array()]))
  }

  return {
    kind: "cpu",
    threads,
    plan,
    get inputs() {
      return inputs()
    },
    get labels() {
      return labels()
    },
    get targets() {
      return targets()
    },
    get parameters() {
      return parameters()
    },
    lossesPerExample: losses,
    jacobianColumns: own.jacobianColumns,
    columnGroups: plan.columnGroups,
    rows,
    initialise: (seed) => compiled.initialise(seedNumber(seed)),
    seed: (seed) => compiled.setSeed(seedNumber(seed)),
    load(tensors) {
      const ordered = inOrder(plan.parameters, tensors)
      ordered.forEach((tensor, index) => {
        compiled.setParameter(index, tensor)
      })
    },
    save: () => exportVector(parameters()),
    export: exportVector,
    import(tensors, vector) {
      vector.set(own.import(inOrder(plan.parameters, tensors)))
    },
    linearize(options = {}) {
      const { examples = batchSize, training } = options
      startWorkers()
      refusing(() => compiled.linearize(examples, training?.step ?? -1))
      const objectives = rows(examples)
      let known: Gramian | undefined
      const pullback = (w: Float64Array) => {
        setWeights(w, objectives)
        refusing(() => compiled.pullback(objectives))
        return direction()
      }
      return {
        objectives,
        parameters: plan.parameterCount,
        values: values(objectives),
        gramian() {
          if (known === undefined) {
            refusing(() => compiled.gramian())
            known = { objectives, values: gramian(objectives) }
          }
          return known
        },
        pullback,
        jacobian: () => own.jacobian(objectives, pullback)
      }
    },
    gradient(w, options: LinearizeOptions = {}) {
      const { examples = batchSize, training } = options
      setWeights(w, rows(examples))
      startWorkers()
      refusing(() => compiled.gradient(examples, training?.step ?? -1))
      return { values: values(rows(examples)), direction: direction() }
    },
    descend(given, learningRate) {
      const own = direction()
      if (given.byteOffset === own.byteOffset && given.buffer === own.buffer && given.length === length) {
        compiled.descend(learningRate)
        return
      }
      const to = parameters()
      for (let k = 0; k < length; k++) to[k] = (to[k] ?? 0) - learningRate * (given[k] ?? 0)
    },
    outputs(options = {}) {
      const { examples = batchSize } = options
      startWorkers()
      refusing(() => compiled.forward(examples))
      return outputs().subarray(0, examples * plan.outputSize)
    },
    [Symbol.dispose]() {
      claim?.[Symbol.dispose]()
      compiled.free()
    }
  }
}

/** The last number of rows is asked for again and again: its view is kept. */
function perRows<A>(make: (rows: number) => () => A): (rows: number) => A {
  let known = -1
  let view = make(0)
  return (rows) => {
    if (rows !== known) {
      known = rows
      view = make(rows)
    }
    return view()
  }
}

function seedNumber(seed: number): bigint {
  if (Number.isSafeInteger(seed) && seed >= 0) return BigInt(seed)
  throw new InputError({ rule: "it must be an integer from 0 to 2^53 - 1", place: "the seed", value: seed })
}
