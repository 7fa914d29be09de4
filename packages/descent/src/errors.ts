/**
 * What can go wrong while training, as tagged errors. Input that breaks a rule is an `InputError` of `@dualcone/wasm`,
 * which is tagged the same way.
 *
 * @module
 */
import type { InputError } from "@dualcone/wasm"
import * as Schema from "effect/Schema"

/** The engine asked for cannot be had here: no module, no device, or a build without it. */
export class EngineError extends Schema.TaggedError<EngineError>()("EngineError", {
  /** `cpu` or `webgpu`. */
  engine: Schema.String,
  /** Why, as a clause. */
  reason: Schema.String,
  /** The device went away in the middle of the work. */
  lost: Schema.optionalKey(Schema.Boolean)
}) {
  override get message(): string {
    return `the engine ${this.engine} is not available: ${this.reason}`
  }
}

/** A loss or a Gramian stopped being finite. The parameters are those before this iteration. */
export class Diverged extends Schema.TaggedError<Diverged>()("Diverged", {
  /** The iteration that was not completed, counted from 1. */
  iteration: Schema.Int,
  /**
   * What was not finite: `loss` or `Gramian` of an example of a batch, an `objective` or its `gradient`, or a `parameter`
   * behind the update before.
   */
  quantity: Schema.Literals(["loss", "Gramian", "objective", "gradient", "parameter"]),
  /** The first example, or the first objective, concerned: counted from 0 like rows and columns. 0 for a parameter. */
  example: Schema.Int,
  /** The value seen there, as text, because JSON has no NaN. */
  value: Schema.String
}) {
  override get message(): string {
    const of = `of example ${this.example} of the batch`
    const what = {
      loss: `the loss ${of}`,
      Gramian: `the squared gradient norm ${of}`,
      objective: `objective ${this.example}`,
      gradient: `the squared gradient norm of objective ${this.example}`,
      parameter: "a parameter"
    }[this.quantity]
    return `training diverged at iteration ${this.iteration}: ${what} is ${this.value}; try a smaller learning rate`
  }
}

/** A file could not be read or written, or does not hold what its name promises. */
export class FileError extends Schema.TaggedError<FileError>()("FileError", {
  file: Schema.String,
  /** `create`: written for the first time, before any work is done. */
  action: Schema.Literals(["read", "create", "write"]),
  /** Why, as a clause. */
  reason: Schema.String
}) {
  override get message(): string {
    const done = { read: "read", create: "created", write: "written" }[this.action]
    return `${this.file} cannot be ${done}: ${this.reason}`
  }
}

/** A configuration breaks a rule; `key` names where. */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>()("ConfigurationError", {
  /** The file, or `configuration` for a value. */
  file: Schema.String,
  /** Path of the key, such as `aggregator.ridge.epsilon`; empty for the whole. */
  key: Schema.String,
  /** The rule and the value seen. */
  problem: Schema.String
}) {
  override get message(): string {
    return this.key === "" ? `${this.file}: ${this.problem}` : `${this.file}: ${this.key}: ${this.problem}`
  }
}

/** Everything that can end a training run before its last step. */
export type TrainError = InputError | EngineError | Diverged | FileError
