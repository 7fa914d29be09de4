/**
 * What an optimizer is: a rule that turns a direction into an update of the parameters, in place. To add one, write a
 * file beside `sgd.ts` and name it in the union, the list and the two switches below.
 *
 * One code path serves float32 and float64: the arithmetic is float64 (+, -, *, / and the square root, which every
 * runtime rounds alike), and a value is rounded once, where a vector stores it.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { type AdaGrad, adaGradOptimizer, parseAdaGrad } from "./adagrad.ts"
import { type Adam, parseAdam } from "./adam.ts"
import { type AdamW, parseAdamW } from "./adamw.ts"
import { momentsOptimizer } from "./moments.ts"
import { parseRMSProp, type RMSProp, rmsPropOptimizer } from "./rmsprop.ts"
import type { ScheduleFunctions } from "./schedule.ts"
import { parseSgd, type Sgd, sgdOptimizer } from "./sgd.ts"

/** An optimizer as plain data; `name` tells which. */
export type OptimizerSpecification = Sgd | Adam | AdamW | RMSProp | AdaGrad

const names = ["sgd", "adam", "adamw", "rmsprop", "adagrad"]

/** The vectors that an optimizer carries from step to step (`momentum`, ...), each by PyTorch's parameter names. */
export type OptimizerState = ReadonlyMap<string, ReadonlyMap<string, Float32Array>>

/** Parameters, a direction, or what is carried beside them. */
export type Vector = Float32Array | Float64Array

/** What vectors are stored in. */
export type Precision = "float32" | "float64"

/** A planned optimizer. All vectors are in the engine's own order, padding included, entry beside entry. */
export interface Optimizer<V extends Vector = Vector> {
  /** Vectors carried from step to step, by name; to save and to restore in place. The rest of the state is the iteration. */
  readonly vectors: ReadonlyMap<string, V>
  /**
   * The learning rate, where an update is parameters − rate · direction and no more: an engine can make that one where its
   * parameters lie. Undefined for every other.
   */
  readonly rate?: (iteration: number) => number
  /** Updates the parameters in place. `iteration` counts from 1 and goes on after a restore. */
  update(parameters: V, direction: V, iteration: number): void
}

/** What an optimizer is planned for. */
export interface VectorPlan<V extends Vector> {
  readonly length: number
  /** A vector of that length, all zeros. */
  zeros(): V
  readonly functions: ScheduleFunctions | undefined
}

/**
 * A checked optimizer, defaults filled in, from data such as a configuration file: an object with its `name` and
 * options.
 *
 * @throws {InputError} for an unknown name, and for an unknown or wrong key, which it names below `place`
 */
export function parseOptimizer(value: unknown, place = "optimizer"): OptimizerSpecification {
  if (typeof value !== "object" || value === null || !("name" in value)) {
    throw new InputError({ rule: "it must be an object with the name of an optimizer", place, value })
  }
  switch (value.name) {
    case "sgd":
      return parseSgd(value, place)
    case "adam":
      return parseAdam(value, place)
    case "adamw":
      return parseAdamW(value, place)
    case "rmsprop":
      return parseRMSProp(value, place)
    case "adagrad":
      return parseAdaGrad(value, place)
    default:
      throw new InputError({ rule: `it must be one of ${names.join(", ")}`, place: `${place}.name`, value: value.name })
  }
}

/**
 * Plans an optimizer for vectors of one length, float32 by default. Specifications are plain data and may come from
 * anywhere, so they are checked again here.
 *
 * @param functions where a cosine schedule takes its cosine from: the module's, for the same bits in every runtime
 * @throws {InputError} for an option that breaks its rule, and for a cosine schedule without `functions`
 */
export function makeOptimizer(
  specification: OptimizerSpecification,
  length: number,
  precision?: "float32",
  functions?: ScheduleFunctions
): Optimizer<Float32Array>
export function makeOptimizer(
  specification: OptimizerSpecification,
  length: number,
  precision: "float64",
  functions?: ScheduleFunctions
): Optimizer<Float64Array>
export function makeOptimizer(
  specification: OptimizerSpecification,
  length: number,
  precision: Precision,
  functions?: ScheduleFunctions
): Optimizer
export function makeOptimizer(
  specification: OptimizerSpecification,
  length: number,
  precision: Precision = "float32",
  functions?: ScheduleFunctions
): Optimizer<Float32Array> | Optimizer<Float64Array> {
  const parsed = parseOptimizer(specification, "the optimizer")
  return precision === "float32"
    ? planned(parsed, { length, zeros: () => new Float32Array(length), functions })
    : planned(parsed, { length, zeros: () => new Float64Array(length), functions })
}

function planned<V extends Vector>(specification: OptimizerSpecification, plan: VectorPlan<V>): Optimizer<V> {
  switch (specification.name) {
    case "sgd":
      return sgdOptimizer(specification, plan)
    case "adam":
    case "adamw":
      return momentsOptimizer(specification, plan)
    case "rmsprop":
      return rmsPropOptimizer(specification, plan)
    case "adagrad":
      return adaGradOptimizer(specification, plan)
  }
}
