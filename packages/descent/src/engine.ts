/**
 * The service that trains: an engine makes a trainer, a trainer makes steps. A step is linearize, weigh, pull back and
 * update as one effect, so that an engine on a device can do all of it there and read back only what it must.
 *
 * @module
 */
import type { Aggregator, Certificate, Conflicts, State } from "@dualcone/aggregation"
import type { NetworkDescription, Plan } from "@dualcone/network"
import type { InputError } from "@dualcone/wasm"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import type { Diverged, EngineError } from "./errors.ts"
import type { Objective } from "./objectives/network-objective.ts"
import type { OptimizerSpecification, OptimizerState } from "./optimizers/optimizer.ts"

/** What a trainer is planned for. */
export interface TrainerOptions {
  readonly network: NetworkDescription
  readonly objective: Objective
  readonly aggregator: Aggregator
  readonly optimizer: OptimizerSpecification
  /** Every number of examples that a batch will have; buffers and weightings are planned for these, once. */
  readonly batchSizes: readonly number[]
  /** Draws the first parameters. */
  readonly seed: number
  /** First parameters by PyTorch's names, instead of drawn ones. */
  readonly parameters?: ReadonlyMap<string, Float32Array>
}

/** Where a batch is written: views of the engine's own memory. */
export interface BatchBuffers {
  /** [batchSize, ...input], row-major. */
  readonly inputs: Float32Array
  /** [batchSize, losses of an example] class indices. */
  readonly labels: Int32Array
  /** [batchSize, outputs under squared error]. */
  readonly targets: Float32Array
}

/** Some examples, ready to be written to an engine. */
export interface Batch {
  readonly examples: number
  write(into: BatchBuffers): void
}

/** The batches of a run. */
export interface Batches {
  /** Number of the last iteration; iterations count from 1. */
  readonly last: number
  /** The batch of an iteration, the same examples at every call. */
  at(iteration: number): Batch
}

/** What one step found, before its update. */
export interface StepOutcome {
  /** The value of each objective, such as the loss of each example. A view, valid until the next step. */
  readonly losses: Float64Array
  /** Mean of the losses, summed in their order in float64; regularizers are none of them. */
  readonly meanLoss: number
  /** The weight of each objective, or null where the method has none. A view, valid until the next step. */
  readonly weights: Float64Array | null
  /** Cosine of the direction and the mean gradient. Exactly 1 for mean and sum; 0 when one of the two is zero. */
  readonly similarity: number
  /** The certificate of the weights, or null for methods that solve no program. */
  readonly certificate: Certificate | null
  /**
   * Where the weights were found: on the CPU, too, where the engine on WebGPU has no kernel for the method or its single
   * precision did not solve a program.
   */
  readonly weighedOn: "cpu" | "webgpu"
  /** Conflicting pairs in the batch, or null when no Gramian was needed. */
  readonly conflicts: Conflicts | null
  /** Time of the step, for trainers that work on several at once; else it is the time that `step` took. */
  readonly milliseconds?: number
}

/** Everything that a step changes. */
export interface TrainerState {
  /** By PyTorch's names and order. */
  readonly parameters: ReadonlyMap<string, Float32Array>
  readonly optimizer: OptimizerState
  /** What the aggregator remembers, by name. */
  readonly aggregator: State
}

/** A network in training. */
export interface Trainer {
  /** Where it began; a run on a lost GPU may have gone on on the CPU. */
  readonly engine: "cpu" | "webgpu"
  readonly plan: Plan
  /**
   * The step of an iteration; iterations follow each other. A step is all or nothing: a failed one leaves parameters and
   * optimizer as they were. A trainer may have begun the iterations behind it, which `save` then takes back.
   */
  step(batches: Batches, iteration: number): Effect.Effect<StepOutcome, InputError | EngineError | Diverged>
  /** Outputs of the network for one batch, [examples, outputSize], row-major; dropout left out. A view, valid until the next call. */
  outputs(batch: Batch): Effect.Effect<Float32Array, InputError | EngineError>
  /** A copy of the state after the last iteration that `step` returned. */
  readonly save: Effect.Effect<TrainerState, InputError | EngineError>
  /** Goes on from a saved state, after so many iterations. */
  restore(state: TrainerState, iteration: number): Effect.Effect<void, InputError | EngineError>
}

/** Makes trainers; one layer an implementation. */
export class Engine extends Context.Service<
  Engine,
  {
    /** A trainer that lives as long as the scope. */
    trainer(options: TrainerOptions): Effect.Effect<Trainer, InputError | EngineError, Scope>
  }
>()("@dualcone/descent/Engine") {}
