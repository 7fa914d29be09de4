/**
 * Opposed tasks on one trunk: tell the digit, tell its colour, and be unable to tell its colour.
 *
 * Each digit is drawn in one of two colours, which are two channels; the colour is the parity of the digit for a share ρ
 * of the examples and a coin for the others. Three losses: cross-entropy of the digit; cross-entropy of the colour, as a
 * probe reads it from the trunk; and the mean square of the probe's outputs, which is 0 where the probe says nothing.
 * The second and the third want opposite things of the same probe and trunk. Source: named as the natural use of Jacobian
 * descent in arXiv 2406.16232; the third loss is a form of the confusion loss of Tzeng et al. (arXiv 1510.02192).
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"
import type { Instance, InstanceContext } from "../instance.ts"
import { LOG_10 } from "../learned/classifier.ts"
import { LEARNT, trialDigits } from "../learned/digits.ts"
import { classAt, crossEntropyAt } from "../learned/losses.ts"
import { type NetworkData, networkInstance, shuffledBatches } from "../learned/network-instance.ts"
import { type Examples, shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const BATCH = 32
const BOUND = 0.9
const COLOURS = 2
const DIGITS = 10
const CONFUSION = DIGITS + COLOURS
const OUTPUTS = DIGITS + 2 * COLOURS

const network = (size: number): NetworkDescription => ({
  name: "digit-and-colour",
  input: [size],
  layers: [{ kind: "linear", outputs: 32 }, { kind: "elu" }],
  heads: {
    digit: { layers: [{ kind: "linear", outputs: DIGITS }] },
    colour: { layers: [{ kind: "linear", outputs: COLOURS }] },
    confusion: { layers: [{ kind: "linear", outputs: COLOURS, tie: "heads.colour.0" }] }
  }
})

/** Digits in two channels, of which one is empty, with labels of digit and colour, and the third loss's target 0. */
function coloured(
  { examples, inputs, labels, size }: Examples,
  seed: number
): NetworkData & { readonly targets: Float32Array } {
  const draw = generator(seed, 9)
  const drawn = new Float32Array(examples * COLOURS * size)
  const both = new Int32Array(3 * examples)
  for (let i = 0; i < examples; i++) {
    const label = labels[i] ?? 0
    const isBound = draw.next() / 2 ** 32 < BOUND
    const coin = draw.next() >>> 31
    const colour = isBound ? label % 2 : coin
    drawn.set(inputs.subarray(i * size, (i + 1) * size), (i * COLOURS + colour) * size)
    both[3 * i] = label
    both[3 * i + 1] = colour
  }
  return { examples, inputs: drawn, labels: both, targets: new Float32Array(examples * COLOURS) }
}

async function open({ wasm }: InstanceContext, trial: number): Promise<Instance> {
  const digits = await trialDigits(trial)
  const training = coloured(shrunk(digits.training, 2), trial)
  const test = coloured(shrunk(digits.test, 2), 1)
  return networkInstance(
    wasm,
    {
      network: network(training.inputs.length / training.examples),
      objective: { digit: "cross-entropy", colour: "cross-entropy", confusion: "squared-error" },
      rows: "losses",
      data: training,
      batch: shuffledBatches(LEARNT, BATCH, trial),
      measure(outputs) {
        const sums = new Float64Array(3)
        for (let i = 0; i < training.examples; i++) {
          const at = i * OUTPUTS
          const digit = crossEntropyAt(outputs, at, DIGITS, training.labels[3 * i] ?? 0, wasm.functions)
          const colour = crossEntropyAt(outputs, at + DIGITS, COLOURS, training.labels[3 * i + 1] ?? 0, wasm.functions)
          let squares = 0
          for (let c = 0; c < COLOURS; c++) squares += (outputs[at + CONFUSION + c] ?? Number.NaN) ** 2
          sums[0] = (sums[0] ?? 0) + digit / training.examples
          sums[1] = (sums[1] ?? 0) + colour / training.examples
          sums[2] = (sums[2] ?? 0) + squares / COLOURS / training.examples
        }
        return sums
      },
      heldOut: {
        data: test,
        score: (outputs) =>
          Array.from({ length: test.examples }, (_, i) =>
            Number(classAt(outputs, i * OUTPUTS, DIGITS) === test.labels[3 * i])
          ).reduce((sum, right) => sum + right, 0) / test.examples
      },
      ideal: [0, 0, 0],
      scale: [LOG_10, Math.LN2, 1],
      measureEvery: 4
    },
    trial
  )
}

/** The problem. */
export const opposedTasks: LearnedProblem = {
  kind: "learned",
  name: "opposed-tasks",
  title: "Tell the digit, tell its colour, and be unable to",
  formula:
    "f = (mean CE of the digit, mean CE of the colour, mean square of the colour's outputs), one trunk, one probe",
  source: "Named in arXiv 2406.16232; the third loss after the confusion loss of Tzeng et al. (arXiv 1510.02192)",
  dials: [{ name: "ρ", value: BOUND, means: "How often the colour is the parity of the digit." }],
  traps: [
    "Colour and confusion are opposed at every point: what protects both hardly moves either, and must still learn the digit.",
    "A sum of the losses settles between the two, at the cost of neither being solved."
  ],
  answer: { kind: "open", how: "Each loss is above 0, colour and confusion cannot both be near it." },
  roles: "equal",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 120, trials: 2 }, full: { steps: 400, trials: 4 } },
  open
}
