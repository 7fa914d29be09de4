/**
 * Instance-wise risk minimization on few digits: every example is an objective, with right labels, with wrong ones, and
 * with outliers.
 *
 * Source: "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232), section 5. A batch shows 32 of 256
 * rows. Measured is the loss of all 256, so that the worst objective is the worst example; where some are disturbed, the
 * mean loss of each class over the others, which are what one wants to learn.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { permutation } from "@dualcone/descent"
import type { Instance, InstanceContext } from "../instance.ts"
import { accuracyOfDigits, groupMeans, LOG_10, lossesOfDigits, perceptron } from "../learned/classifier.ts"
import { LEARNT, trialDigits } from "../learned/digits.ts"
import { networkInstance, shuffledBatches } from "../learned/network-instance.ts"
import { shrunk } from "../learned/pixels.ts"
import type { Dial, LearnedProblem } from "../problem.ts"

const BATCH = 32
const HIDDEN = 24
const CLASSES = 10

interface Disturbance {
  /** Share of examples whose label is another class, drawn evenly. */
  readonly flipped: number
  /** Share of examples whose pixels are multiplied. */
  readonly outliers: number
  readonly factor: number
}

async function instances({ wasm }: InstanceContext, trial: number, disturbance: Disturbance): Promise<Instance> {
  const digits = await trialDigits(trial)
  const training = shrunk(digits.training, 2)
  const test = shrunk(digits.test, 2)
  const draw = generator(trial, 6)
  const order = permutation(LEARNT, trial, 0)
  const flipped = Math.round(disturbance.flipped * LEARNT)
  for (let i = 0; i < flipped; i++) {
    const example = order[i] ?? 0
    training.labels[example] = ((training.labels[example] ?? 0) + 1 + draw.below(9)) % 10
  }
  const outliers = Math.round(disturbance.outliers * LEARNT)
  for (let i = 0; i < outliers; i++) {
    const at = (order[LEARNT - 1 - i] ?? 0) * training.size
    for (let p = at; p < at + training.size; p++) training.inputs[p] = disturbance.factor * (training.inputs[p] ?? 0)
  }
  const disturbed = new Set([...order.subarray(0, flipped), ...order.subarray(LEARNT - outliers)])
  const sound = Int32Array.from({ length: LEARNT }, (_, i) => i).filter((i) => !disturbed.has(i))
  const classes = sound.map((i) => training.labels[i] ?? 0)
  const objectives = disturbed.size === 0 ? LEARNT : CLASSES
  return networkInstance(
    wasm,
    {
      network: perceptron(training.size, HIDDEN),
      data: training,
      batch: shuffledBatches(LEARNT, BATCH, trial),
      measure(outputs) {
        const losses = lossesOfDigits(outputs, training.labels, wasm.functions)
        if (disturbed.size === 0) return losses
        return groupMeans(
          Float64Array.from(sound, (i) => losses[i] ?? Number.NaN),
          classes,
          CLASSES
        )
      },
      heldOut: { data: test, score: (outputs) => accuracyOfDigits(outputs, test.labels) },
      ideal: new Float64Array(objectives),
      scale: new Float64Array(objectives).fill(LOG_10),
      measureEvery: LEARNT / BATCH
    },
    trial
  )
}

const family = (
  name: string,
  title: string,
  disturbance: Disturbance,
  dials: readonly Dial[],
  traps: readonly string[]
): LearnedProblem => ({
  kind: "learned",
  name,
  title,
  formula: "fₑ(θ) = -log softmax(net(xₑ; θ))[yₑ], e = 1 … 256, 32 of them a batch; 14×14 digits, 24 hidden units",
  source:
    "Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232), section 5; candidate K6 of its limitations",
  dials,
  traps,
  answer: { kind: "open", how: "Each loss is above 0; more parameters than examples, so that 0 is approached." },
  roles: "equal",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 160, trials: 2 }, full: { steps: 400, trials: 4 } },
  open: (context, trial) => instances(context, trial, disturbance)
})

/** Right labels. */
export const cleanInstances: LearnedProblem = family(
  "instances",
  "Every example an objective",
  { flipped: 0, outliers: 0, factor: 1 },
  [{ name: "flipped", value: 0, means: "Share of wrong labels." }],
  [
    "Examples that are learnt have rows that all but vanish: methods that bring rows to one length, or take the shortest combination, are led by them."
  ]
)

/** A fifth of the labels wrong. */
export const noisyLabels: LearnedProblem = family(
  "noisy-labels",
  "A fifth of the labels wrong",
  { flipped: 0.2, outliers: 0, factor: 1 },
  [{ name: "flipped", value: 0.2, means: "Share of wrong labels, whose rows oppose those of their class." }],
  ["Who protects every row serves the wrong labels as well as the right ones, which are what is measured."]
)

/** One example in twenty eight times as bright. */
export const outlyingExamples: LearnedProblem = family(
  "outliers",
  "A few examples eight times as bright",
  { flipped: 0, outliers: 0.05, factor: 8 },
  [{ name: "factor", value: 8, means: "Of the pixels of 5 % of the examples: their rows are as much longer." }],
  [
    "Rows of unlike length: the rate of a sum of rows is set by the longest, and whatever divides by lengths is led by the shortest."
  ]
)
