/**
 * Ten classes of which the largest has a hundred examples and the least one: a loss a class.
 *
 * Candidate K7: the mean of the class losses, and the accuracy on the class that is worst off, on digits that were not
 * learned from.
 *
 * @module
 */
import type { Instance, InstanceContext } from "../instance.ts"
import { groupMeans, LOG_10, lossesOfDigits, perceptron } from "../learned/classifier.ts"
import { trialDigits } from "../learned/digits.ts"
import { groupRows } from "../learned/group-rows.ts"
import { classAt } from "../learned/losses.ts"
import { everyExample, networkInstance } from "../learned/network-instance.ts"
import { chosen, shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const CLASSES = 10
/** Examples of each class, ratio 100, in geometric progression. */
const COUNTS = [100, 60, 36, 22, 13, 8, 5, 3, 2, 1] as const
/** Of these digits a trial takes the first of each class. */
const SEARCHED = 2000

async function open({ wasm }: InstanceContext, trial: number): Promise<Instance> {
  const digits = await trialDigits(trial, SEARCHED)
  const all = shrunk(digits.training, 2)
  const wanted = COUNTS.flatMap((count, label) => {
    const found: number[] = []
    for (let i = 0; i < all.examples && found.length < count; i++) if (all.labels[i] === label) found.push(i)
    return found
  })
  const training = chosen(all, wanted)
  const test = shrunk(digits.test, 2)
  return networkInstance(
    wasm,
    {
      network: perceptron(training.size, 24),
      data: training,
      batch: everyExample(training.examples),
      objectives: (rows) => groupRows(rows, { groups: CLASSES, groupOf: training.labels }),
      measure: (outputs) =>
        groupMeans(lossesOfDigits(outputs, training.labels, wasm.functions), training.labels, CLASSES),
      heldOut: { data: test, score: (outputs) => worstClassAccuracy(outputs, test.labels) },
      ideal: new Float64Array(CLASSES),
      scale: new Float64Array(CLASSES).fill(LOG_10),
      measureEvery: 2
    },
    trial
  )
}

/** The least over classes of the share of their examples that are told right. */
function worstClassAccuracy(outputs: Float32Array, labels: Int32Array): number {
  const right = Float64Array.from(labels, (label, i) => Number(classAt(outputs, 10 * i, 10) === label))
  return Math.min(...groupMeans(right, labels, CLASSES))
}

/** The problem. */
export const classImbalance: LearnedProblem = {
  kind: "learned",
  name: "class-imbalance",
  title: "Classes of 1 to 100 examples",
  formula: "f_c(θ) = mean of -log softmax(net(x; θ))[c] over class c, c = 0 … 9, full batch of 250 digits",
  source: "Made for this suite; candidate K7 of the limitations of arXiv 2406.16232",
  dials: [{ name: "ratio", value: 100, means: "Examples of the largest class over those of the least." }],
  traps: [
    "At first every class wants all outputs for itself: most pairs conflict.",
    "A class of one example is learnt at once, and its row vanishes; methods led by the shortest row then stand still."
  ],
  answer: { kind: "open", how: "Each loss is above 0 and can be brought near it." },
  roles: "equal",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 60, trials: 2 }, full: { steps: 200, trials: 4 } },
  open
}
