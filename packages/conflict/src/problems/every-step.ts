/**
 * A loss a time step: a recurrent network reads a digit row by row and says after each row which it is.
 *
 * Candidate K14. The first steps know little and can promise little; the last ones know everything.
 *
 * @module
 */
import type { Instance, InstanceContext } from "../instance.ts"
import { LOG_10, taskLosses } from "../learned/classifier.ts"
import { LEARNT, trialDigits } from "../learned/digits.ts"
import { classAt } from "../learned/losses.ts"
import { type NetworkData, networkInstance, shuffledBatches } from "../learned/network-instance.ts"
import { type Examples, shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const BATCH = 32
/** Rows of seven pixels, of the middle five sevenths of a digit: above and below there is hardly ink. */
const STEPS = 5
const WIDTH = 7

/** The middle rows, with the same label at each step. */
function atEveryStep({ examples, inputs, labels, size }: Examples): NetworkData {
  const middle = new Float32Array(examples * STEPS * WIDTH)
  for (let i = 0; i < examples; i++) {
    middle.set(inputs.subarray(i * size + WIDTH, i * size + (STEPS + 1) * WIDTH), i * STEPS * WIDTH)
  }
  return {
    examples,
    inputs: middle,
    labels: Int32Array.from({ length: STEPS * examples }, (_, i) => labels[Math.floor(i / STEPS)] ?? 0)
  }
}

async function open({ wasm }: InstanceContext, trial: number): Promise<Instance> {
  const digits = await trialDigits(trial)
  const training = atEveryStep(shrunk(digits.training, 4))
  const test = atEveryStep(shrunk(digits.test, 4))
  return networkInstance(
    wasm,
    {
      network: {
        name: "row-by-row",
        input: [STEPS, WIDTH],
        layers: [
          { kind: "recurrent", hidden: 16 },
          { kind: "linear", outputs: 10 }
        ]
      },
      rows: "losses",
      data: training,
      batch: shuffledBatches(LEARNT, BATCH, trial),
      measure: (outputs) => taskLosses(outputs, training.labels, STEPS, wasm.functions),
      heldOut: {
        data: test,
        score(outputs) {
          let right = 0
          for (let i = STEPS - 1; i < test.labels.length; i += STEPS) {
            if (classAt(outputs, 10 * i, 10) === test.labels[i]) right++
          }
          return right / test.examples
        }
      },
      ideal: new Float64Array(STEPS),
      scale: new Float64Array(STEPS).fill(LOG_10),
      measureEvery: 4
    },
    trial
  )
}

/** The problem. */
export const everyStep: LearnedProblem = {
  kind: "learned",
  name: "every-step",
  title: "A loss after every row of a digit",
  formula:
    "f_t(θ) = mean CE after row t, t = 1 … 5, Elman network of 16 units, 256 digits of 5×7 pixels, batches of 32",
  source: "Made for this suite: losses of a recurrent network, one a time step; candidate K14",
  dials: [{ name: "steps", value: STEPS, means: "Rows and objectives." }],
  traps: [
    "The first row says little: its loss can hardly fall, and what guards the worst objective waits for it.",
    "Gradients of late steps pass through early ones: rows are correlated, and conflict is mild."
  ],
  answer: { kind: "open", how: "Each loss is above 0; those of the first rows stay well above it." },
  roles: "equal",
  unitRate: 0.01,
  schedule: "constant",
  optimizer: "adam",
  budget: { quick: { steps: 120, trials: 2 }, full: { steps: 400, trials: 4 } },
  open
}
