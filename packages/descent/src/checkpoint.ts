/**
 * The whole state of a run between two steps, as one safetensors file:
 *
 * - `model.<parameter>`, float32, by PyTorch's names
 * - `optimizer.<vector>.<parameter>`, float32
 * - `aggregator.<array>`, float64: what the aggregator remembers
 * - `history.losses`, `history.similarities`, float64; `history.statuses`, bytes; one entry an iteration
 * - metadata `format`, `iteration`, `run` (the run's identity as JSON)
 *
 * The order of the examples needs no state: it is a function of seed and epoch.
 *
 * @module
 */
import type { State } from "@dualcone/aggregation"
import { readSafetensors, type Tensor, toFloat32, toFloat64, writeSafetensors } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type { FileError } from "./errors.ts"
import type { History } from "./history.ts"
import type { OptimizerState } from "./optimizers/optimizer.ts"
import { type RunIdentity, runIdentityKeys } from "./run-identity.ts"

/** A run after some iterations. */
export interface Checkpoint {
  readonly identity: RunIdentity
  /** Completed iterations. */
  readonly iteration: number
  /** Shapes of the parameters, by PyTorch's names. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly parameters: ReadonlyMap<string, Float32Array>
  readonly optimizer: OptimizerState
  readonly aggregator: State
  readonly history: History
}

/** A place for checkpoints. */
export interface CheckpointStore {
  /** Least time between two checkpoints of a running stream. */
  readonly everyMilliseconds: number
  /** Iterations after which there is one whatever the time. Default: none. */
  after?(iteration: number): boolean
  /** Keeps the checkpoint in place of the one before. */
  write(checkpoint: Checkpoint): Effect.Effect<void, FileError>
}

const FORMAT = "dualcone-checkpoint-1"
const MODEL = "model."
const OPTIMIZER = "optimizer."
const AGGREGATOR = "aggregator."

/** The bytes of a checkpoint file; equal checkpoints give equal bytes. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { identity, iteration, shapes, parameters, optimizer, aggregator, history } = checkpoint
  const tensors: Tensor[] = namedTensors(MODEL, parameters, shapes)
  for (const [vector, named] of optimizer) tensors.push(...namedTensors(`${OPTIMIZER}${vector}.`, named, shapes))
  for (const [name, data] of aggregator) {
    tensors.push({ name: `${AGGREGATOR}${name}`, dtype: "F64", shape: [data.length], data })
  }
  const shape = [iteration]
  tensors.push({ name: "history.losses", dtype: "F64", shape, data: history.losses })
  tensors.push({ name: "history.similarities", dtype: "F64", shape, data: history.similarities })
  tensors.push({ name: "history.statuses", dtype: "U8", shape, data: history.statuses })
  return writeSafetensors(tensors, { format: FORMAT, iteration: String(iteration), run: JSON.stringify(identity) })
}

/** The bytes of a file of parameters, named as PyTorch's `Sequential` names them. */
export function encodeParameters({ parameters, shapes }: Pick<Checkpoint, "parameters" | "shapes">) {
  return writeSafetensors(namedTensors("", parameters, shapes))
}

/**
 * A checkpoint from the bytes of its file.
 *
 * @throws {InputError} when the file is not a checkpoint
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const { metadata, tensors } = readSafetensors(bytes, file)
  if (metadata.format !== FORMAT) {
    throw new InputError({ rule: `it must be ${FORMAT}`, place: `the format of ${file}`, value: metadata.format })
  }
  const iteration = Number(metadata.iteration)
  if (!Number.isSafeInteger(iteration) || iteration < 0) {
    const rule = "it must be a count of iterations"
    throw new InputError({ rule, place: `the iteration of ${file}`, value: metadata.iteration })
  }
  const shapes = new Map<string, readonly number[]>()
  const parameters = new Map<string, Float32Array>()
  const optimizer = new Map<string, Map<string, Float32Array>>()
  const aggregator = new Map<string, Float64Array>()
  for (const [name, tensor] of tensors) {
    if (name.startsWith(MODEL)) {
      shapes.set(name.slice(MODEL.length), tensor.shape)
      parameters.set(name.slice(MODEL.length), toFloat32(tensor))
    } else if (name.startsWith(OPTIMIZER)) {
      const [, vector = "", ...parameter] = name.split(".")
      const named = optimizer.get(vector) ?? new Map<string, Float32Array>()
      optimizer.set(vector, named.set(parameter.join("."), toFloat32(tensor)))
    } else if (name.startsWith(AGGREGATOR)) {
      aggregator.set(name.slice(AGGREGATOR.length), toFloat64(tensor))
    }
  }
  const column = (name: string): Float64Array => {
    const tensor = tensors.get(`history.${name}`)
    if (tensor !== undefined && tensor.data.length === iteration) return toFloat64(tensor)
    const rule = `it must have one entry for each of the ${iteration} iterations`
    throw new InputError({ rule, place: `history.${name} of ${file}`, value: tensor?.shape })
  }
  const history = {
    losses: column("losses"),
    similarities: column("similarities"),
    statuses: Uint8Array.from(column("statuses"))
  }
  return { identity: parseIdentity(metadata.run, file), iteration, shapes, parameters, optimizer, aggregator, history }
}

function parseIdentity(text: string | undefined, file: string): RunIdentity {
  let value: unknown
  try {
    value = JSON.parse(text ?? "")
  } catch {
    value = undefined
  }
  if (Predicate.isObject(value) && hasIdentity(value)) return value
  throw new InputError({ rule: `it must hold ${runIdentityKeys.join(", ")}`, place: `the run of ${file}`, value: text })
}

function hasIdentity(value: object): value is RunIdentity {
  return runIdentityKeys.every((key) => key in value)
}

function namedTensors(
  prefix: string,
  values: ReadonlyMap<string, Float32Array>,
  shapes: Checkpoint["shapes"]
): Tensor[] {
  return [...values].map(([name, data]) => ({
    name: `${prefix}${name}`,
    dtype: "F32",
    shape: shapes.get(name) ?? [data.length],
    data
  }))
}
