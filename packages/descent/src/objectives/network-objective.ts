/**
 * Objectives of a network on data: which losses are the rows of the Jacobian, and which parameters its columns.
 *
 * @module
 */
import type { EngineOptions, NetworkObjective } from "@dualcone/network"
import type { Regularizer } from "../regularizers/regularizer.ts"

/** A loss for every head, or one a head, by name. */
export type Losses = NetworkObjective | Readonly<Record<string, NetworkObjective>>

/**
 * Partial Jacobian descent: the Gramian, and so the weights, of some of the parameters.
 *
 * With a trunk and heads, `{ jacobianOf: ["trunk"], outside: "plain" }` aggregates the trunk's gradients and gives each
 * head the gradient of its own task.
 */
export interface Part {
  /** Paths of layers or tensors whose columns count: `trunk`, `heads.left`, `0.weight`. Default: all. */
  readonly jacobianOf?: readonly string[]
  /** The other parameters follow Jᵀ w with the same weights, or their plain gradient. Default `weighted`. */
  readonly outside?: "weighted" | "plain"
}

/** Instance-wise risk minimisation (arXiv 2406.16232, section 5): one objective an example of the batch. */
export interface InstanceWise extends Part {
  readonly kind: "instance-wise"
  /** With several heads the objective of an example is the sum of its losses. */
  readonly loss: Losses
}

/** Multi-task learning: one objective a head, its mean loss over the batch. */
export interface MultiTask extends Part {
  readonly kind: "multi-task"
  readonly losses: Losses
}

/** Instance-wise multi-task learning: one objective an example and task. */
export interface InstanceWiseMultiTask extends Part {
  readonly kind: "instance-wise-multi-task"
  readonly losses: Losses
}

/** One objective a time step of a network whose output has steps: its mean loss over the batch. */
export interface PerStep extends Part {
  readonly kind: "per-step"
  readonly loss: NetworkObjective
}

/** One objective a shard: the mean loss over a part of the batch, as of clients that keep their data. */
export interface Sharded extends Part {
  readonly kind: "sharded"
  readonly loss: Losses
  /** Parts of neighbours in the batch, from 1 to its number of examples. */
  readonly shards: number
}

/**
 * The loss of a network and functions of its parameters, each an objective: fitting the data against staying small or
 * smooth. Row 0 is the mean loss over the batch, the main objective; the regularizers follow in falling priority, and do
 * not depend on the batch.
 */
export interface Regularized {
  readonly kind: "regularized"
  /** With several heads the loss of an example is the sum of theirs. */
  readonly loss: Losses
  readonly regularizers: readonly [Regularizer, ...Regularizer[]]
}

/** Objectives of which a batch gives some rows, exactly: what SSJD descends on. */
export type RowObjective = InstanceWise | InstanceWiseMultiTask

/** Objectives of which a batch gives an estimate of every row: what SEJD descends on. */
export type EstimatedObjective = MultiTask | PerStep | Sharded | Regularized

/** An objective as plain data. */
export type Objective = RowObjective | EstimatedObjective

/** -log softmax(y)[label]. */
export const crossEntropy = "cross-entropy" as const satisfies NetworkObjective

/** Mean over the outputs of (y - target)². */
export const squaredError = "squared-error" as const satisfies NetworkObjective

/** One objective an example: `instanceWise(crossEntropy)`. */
export function instanceWise(loss: Losses, part: Part = {}): InstanceWise {
  return { kind: "instance-wise", loss, ...part }
}

/** One objective a head: `multiTask({ left: crossEntropy, right: crossEntropy })`. */
export function multiTask(losses: Losses, part: Part = {}): MultiTask {
  return { kind: "multi-task", losses, ...part }
}

/** One objective an example and head. */
export function instanceWiseMultiTask(losses: Losses, part: Part = {}): InstanceWiseMultiTask {
  return { kind: "instance-wise-multi-task", losses, ...part }
}

/** One objective a time step. */
export function perStep(loss: NetworkObjective, part: Part = {}): PerStep {
  return { kind: "per-step", loss, ...part }
}

/** One objective a shard of the batch. */
export function sharded(loss: Losses, shards: number, part: Part = {}): Sharded {
  return { kind: "sharded", loss, shards, ...part }
}

/**
 * The mean loss of a batch, and functions of the parameters beside it: `regularized(crossEntropy, logLipschitz())`. Made
 * for the methods with a main objective, such as `bloop`; others take the rows as equals.
 */
export function regularized(loss: Losses, ...regularizers: [Regularizer, ...Regularizer[]]): Regularized {
  return { kind: "regularized", loss, regularizers }
}

/** What an engine is compiled for. */
export function engineObjective(
  objective: Objective
): Pick<EngineOptions, "objective" | "rows" | "jacobianOf" | "outside"> {
  if (objective.kind === "regularized") return { objective: objective.loss, rows: "examples" }
  const { jacobianOf, outside } = objective
  const part = {
    ...(jacobianOf === undefined ? {} : { jacobianOf }),
    ...(outside === undefined ? {} : { outside })
  }
  switch (objective.kind) {
    case "instance-wise":
    case "sharded":
      return { objective: objective.loss, rows: "examples", ...part }
    case "multi-task":
      return { objective: objective.losses, rows: "losses", ...part }
    case "per-step":
      return { objective: objective.loss, rows: "losses", ...part }
    case "instance-wise-multi-task":
      return { objective: objective.losses, rows: "examples-losses", ...part }
  }
}
