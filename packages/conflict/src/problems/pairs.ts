/**
 * Two pictures laid over each other, both to be told: MultiMNIST from the embedded digits, and MultiFashion.
 *
 * The left picture lies at (0, 0) and the right one `shift` pixels below and to the right of it, on a canvas of
 * 28 + shift; where both have ink the brighter counts. Source: the construction of Sener and Koltun (arXiv 1810.04650),
 * whose shift is 6 of 36 pixels, with the shift as a dial.
 *
 * @module
 */
import { type Dataset, fashionMnist, partners } from "@dualcone/datasets"
import type { NetworkDescription } from "@dualcone/network"
import type { Instance, InstanceContext } from "../instance.ts"
import { accuracyOfDigits, LOG_10, taskLosses } from "../learned/classifier.ts"
import { LEARNT, TESTED, trialDigits } from "../learned/digits.ts"
import { type NetworkData, networkInstance, shuffledBatches } from "../learned/network-instance.ts"
import { shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const SIDE = 28
const BATCH = 32
const TASKS = 2

const trunkAndHeads = (size: number): NetworkDescription => ({
  name: "pairs",
  input: [size],
  layers: [{ kind: "linear", outputs: 32 }, { kind: "elu" }],
  heads: {
    left: { layers: [{ kind: "linear", outputs: 10 }] },
    right: { layers: [{ kind: "linear", outputs: 10 }] }
  }
})

/** Every picture with a drawn partner, at half the resolution, and both classes. */
function overlaid(pictures: Dataset, shift: number, seed: number): NetworkData {
  const canvas = SIDE + shift
  const partner = partners(pictures.examples, pictures.examples, seed)
  const plane = SIDE * SIDE
  const images = new Uint8Array(pictures.examples * canvas * canvas)
  const labels = new Int32Array(TASKS * pictures.examples)
  partner.forEach((right, left) => {
    const lay = (picture: number, offset: number) => {
      for (let row = 0; row < SIDE; row++) {
        for (let column = 0; column < SIDE; column++) {
          const at = (left * canvas + row + offset) * canvas + column + offset
          images[at] = Math.max(images[at] ?? 0, pictures.images[picture * plane + row * SIDE + column] ?? 0)
        }
      }
    }
    lay(left, 0)
    lay(right, shift)
    labels[2 * left] = pictures.labels[left] ?? 0
    labels[2 * left + 1] = pictures.labels[right] ?? 0
  })
  return { ...shrunk({ ...pictures, images, shape: [1, canvas, canvas] }, 2), labels }
}

function pairs({ wasm }: InstanceContext, trial: number, training: NetworkData, test: NetworkData): Instance {
  const size = training.inputs.length / training.examples
  return networkInstance(
    wasm,
    {
      network: trunkAndHeads(size),
      rows: "losses",
      data: training,
      batch: shuffledBatches(LEARNT, BATCH, trial),
      measure: (outputs) => taskLosses(outputs, training.labels, TASKS, wasm.functions),
      heldOut: { data: test, score: (outputs) => accuracyOfDigits(outputs, test.labels) },
      ideal: [0, 0],
      scale: [LOG_10, LOG_10],
      measureEvery: 4
    },
    trial
  )
}

const family = (
  name: string,
  title: string,
  shift: number,
  pictures: LearnedProblem["open"],
  missing?: LearnedProblem["missing"]
): LearnedProblem => ({
  kind: "learned",
  name,
  title,
  formula: "f_t(θ) = mean of -log softmax(net_t(x; θ))[y_t], t = left, right; 256 pairs, batches of 32, one trunk",
  source:
    "Sener and Koltun, Multi-Task Learning as Multi-Objective Optimization (arXiv 1810.04650), the shift as a dial",
  dials: [{ name: "shift", value: shift, means: "Pixels between the two pictures: 0 is complete overlap." }],
  traps: [
    "Conflict is mild, and batches make most of it: nonlinear weights follow their noise.",
    "With complete overlap left and right cannot be told apart, and each task spoils the other."
  ],
  answer: { kind: "open", how: "Each loss is above 0." },
  roles: "equal",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 120, trials: 2 }, full: { steps: 400, trials: 4 } },
  ...(missing === undefined ? {} : { missing }),
  open: pictures
})

const digitPairs = (shift: number): LearnedProblem["open"] =>
  async function open(context, trial) {
    const { training, test } = await trialDigits(trial)
    return pairs(context, trial, overlaid(training, shift, trial), overlaid(test, shift, 1))
  }

/** Digits that hardly touch. */
export const apartPairs: LearnedProblem = family("pairs-12", "Pairs of digits, 12 pixels apart", 12, digitPairs(12))

/** Digits on top of each other. */
export const overlappingPairs: LearnedProblem = family("pairs-2", "Pairs of digits, 2 pixels apart", 2, digitPairs(2))

/** Pairs of Fashion-MNIST, as far apart as in the paper. */
export const fashionPairs: LearnedProblem = family(
  "pairs-fashion",
  "Pairs of Fashion-MNIST, 6 pixels apart",
  6,
  async (context, trial) => {
    const folder = context.fashionFolder ?? ""
    const training = await fashionMnist({ folder, split: "train", from: trial * LEARNT, examples: LEARNT })
    const test = await fashionMnist({ folder, split: "test", from: 0, examples: TESTED })
    return pairs(context, trial, overlaid(training, 6, trial), overlaid(test, 6, 1))
  },
  ({ fashionFolder }) => (fashionFolder === null ? "the files of Fashion-MNIST are not there" : null)
)
