/**
 * Five clients with two digits each, and past tasks in front of a new one: rows that are groups of examples.
 *
 * Source: the rows of Gradient Episodic Memory (Lopez-Paz and Ranzato, arXiv 1706.08840) and of federated learning on
 * data that are not drawn alike; candidate K12.
 *
 * @module
 */
import type { Instance, InstanceContext } from "../instance.ts"
import { accuracyOfDigits, groupMeans, LOG_10, lossesOfDigits, perceptron } from "../learned/classifier.ts"
import { trialDigits } from "../learned/digits.ts"
import { groupRows } from "../learned/group-rows.ts"
import { everyExample, networkInstance, write } from "../learned/network-instance.ts"
import { chosen, shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const EXAMPLES = 200
const HIDDEN = 24

async function grouped(
  { wasm }: InstanceContext,
  trial: number,
  groups: number,
  groupOfLabel: (label: number) => number,
  learntBefore: ((label: number) => boolean) | null
): Promise<Instance> {
  const digits = await trialDigits(trial, EXAMPLES)
  const training = shrunk(digits.training, 2)
  const test = shrunk(digits.test, 2)
  const groupOf = training.labels.map(groupOfLabel)
  return networkInstance(
    wasm,
    {
      network: perceptron(training.size, HIDDEN),
      data: training,
      batch: everyExample(EXAMPLES),
      objectives: (rows) => groupRows(rows, { groups, groupOf }),
      measure: (outputs) => groupMeans(lossesOfDigits(outputs, training.labels, wasm.functions), groupOf, groups),
      heldOut: { data: test, score: (outputs) => accuracyOfDigits(outputs, test.labels) },
      ideal: new Float64Array(groups),
      scale: new Float64Array(groups).fill(LOG_10),
      measureEvery: 2,
      ...(learntBefore === null
        ? {}
        : {
            // Plain gradient descent on the past tasks alone: where a new task finds a network.
            prepare(engine) {
              const past = Int32Array.from(training.labels.keys()).filter((i) => learntBefore(training.labels[i] ?? 0))
              write(engine, chosen(training, past), Int32Array.from(past.keys()))
              const weights = new Float64Array(past.length).fill(1 / past.length)
              for (let step = 0; step < 60; step++) {
                const { direction } = engine.gradient(weights, { examples: past.length })
                const { parameters } = engine
                for (let i = 0; i < parameters.length; i++) {
                  parameters[i] = (parameters[i] ?? 0) - 0.3 * (direction[i] ?? 0)
                }
              }
            }
          })
    },
    trial
  )
}

const facts = {
  kind: "learned",
  roles: "equal",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 60, trials: 2 }, full: { steps: 200, trials: 4 } },
  answer: { kind: "open", how: "Each loss is above 0 and can be brought near it." }
} as const

/** Clients. */
export const clients: LearnedProblem = {
  ...facts,
  name: "clients",
  title: "Five clients with two digits each",
  formula: "f_k(θ) = mean CE over the digits 2k and 2k+1, k = 0 … 4, 200 digits in all, full batches",
  source: "Federated learning on data that are not drawn alike; candidate K12 of the limitations of arXiv 2406.16232",
  dials: [{ name: "digits a client", value: 2, means: "Fewer digits, more conflict." }],
  traps: ["Each client wants its own digits everywhere: at first all pairs conflict, later hardly any."],
  open: (context, trial) => grouped(context, trial, 5, (label) => Math.floor(label / 2), null)
}

/** Past tasks. */
export const pastTasks: LearnedProblem = {
  ...facts,
  name: "past-tasks",
  title: "A new task after two past ones",
  formula: "f₁ = mean CE over the digits 6 to 9, f₂ over 0 to 2, f₃ over 3 to 5; θ₀ has learnt f₂ and f₃",
  source: "Gradient Episodic Memory (Lopez-Paz and Ranzato, arXiv 1706.08840); candidate K12",
  dials: [{ name: "past tasks", value: 2, means: "Tasks that are known at the start, and can only be forgotten." }],
  traps: [
    "The row of the new task is long and opposes the others, whose rows are short: sums of rows forget first and repair later.",
    "Methods led by the shortest rows protect what is known, and do not learn."
  ],
  open: (context, trial) =>
    grouped(
      context,
      trial,
      3,
      (label) => (label >= 6 ? 0 : label < 3 ? 1 : 2),
      (label) => label < 6
    )
}
