/**
 * Objectives of a network on data: which losses are the rows of the Jacobian.
 *
 * @module
 */
import type { NetworkObjective } from "@dualcone/network"

/** Instance-wise risk minimisation (arXiv 2406.16232, section 5): one objective an example of the batch. */
export interface InstanceWise {
  readonly kind: "instance-wise"
  readonly loss: NetworkObjective
}

/** An objective as plain data. */
export type Objective = InstanceWise

/** -log softmax(y)[label]. */
export const crossEntropy = "cross-entropy" as const satisfies NetworkObjective

/** Mean over the outputs of (y - target)². */
export const squaredError = "squared-error" as const satisfies NetworkObjective

/** One objective an example: `instanceWise(crossEntropy)`. */
export function instanceWise(loss: NetworkObjective): InstanceWise {
  return { kind: "instance-wise", loss }
}
