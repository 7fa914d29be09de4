/**
 * How well outputs tell classes: cross-entropy and accuracy.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"

/** Cross-entropy and accuracy of one task, as means over examples. */
export interface ClassificationFit {
  /** -log softmax(outputs)_label, in nats. */
  readonly loss: number
  /** Share of the examples whose largest output, the first of equal ones, is that of the label. */
  readonly accuracy: number
}

/** Outputs and labels of a number of tasks with as many classes each. */
export interface Classified {
  /** [examples, tasks, classes], row-major. */
  readonly outputs: Float32Array
  /** [examples, tasks]. */
  readonly labels: ArrayLike<number>
  readonly examples: number
  /** Default 1. */
  readonly tasks?: number
}

/** The fit of each task. The module's functions: JavaScript's differ from runtime to runtime in the last bit. */
export function classificationFits(
  { exp, log }: Pick<RealFunctions, "exp" | "log">,
  { outputs, labels, examples, tasks = 1 }: Classified
): readonly ClassificationFit[] {
  const classes = outputs.length / examples / tasks
  const fitOf = (task: number): ClassificationFit => {
    let loss = 0
    let right = 0
    for (let row = task; row < examples * tasks; row += tasks) {
      const scores = outputs.subarray(row * classes, (row + 1) * classes)
      const label = labels[row] ?? 0
      const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY)
      let sum = 0
      for (const score of scores) sum += exp(score - largest)
      loss += log(sum) + largest - (scores[label] ?? 0)
      if (scores.indexOf(largest) === label) right++
    }
    return { loss: loss / examples, accuracy: right / examples }
  }
  return Array.from({ length: tasks }, (_, task) => fitOf(task))
}
