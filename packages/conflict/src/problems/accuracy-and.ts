/**
 * Accuracy as the main objective, and what one would like besides: a small Lipschitz constant, few large parameters.
 *
 * L_m = mean cross-entropy of 256 digits. L_a is either Σ log ‖W_l‖₂², twice the logarithm of a bound of the network's
 * Lipschitz constant, or the smooth ℓ₁ norm mean √(θᵢ² + δ²) - δ, δ = 0.01. Source: "Careful with that Scalpel"
 * (arXiv 2402.02998), sections 5.1 and 5.2, here on digits and with sparsity in place of the ℓ₂ norm.
 *
 * @module
 */
import { logLipschitz as boundOfLipschitz, planRegularizer } from "@dualcone/descent"
import type { NetworkEngine } from "@dualcone/network"
import type { RealFunctions } from "@dualcone/wasm"
import type { Instance, InstanceContext } from "../instance.ts"
import { accuracyOfDigits, LOG_10, lossesOfDigits, perceptron } from "../learned/classifier.ts"
import { LEARNT, trialDigits } from "../learned/digits.ts"
import { type FunctionRow, meanAndFunction } from "../learned/function-row.ts"
import { everyExample, networkInstance } from "../learned/network-instance.ts"
import { shrunk } from "../learned/pixels.ts"
import type { LearnedProblem } from "../problem.ts"

const DELTA = 0.01

/** L_a with its gradient, at the parameters that the engine has. */
type Auxiliary = (x: Float64Array) => FunctionRow

type PlanAuxiliary = (engine: NetworkEngine, functions: RealFunctions) => Auxiliary

/** Σ log ‖W‖₂² over the weight matrices; biases are free. */
const logLipschitz: PlanAuxiliary = (engine, functions) => {
  const plannedBound = planRegularizer(boundOfLipschitz(), engine, functions)
  const gradient = new Float32Array(engine.parameters.length)
  return () => {
    const value = 2 * plannedBound(gradient)
    return { value, gradient: Float64Array.from(gradient, (entry) => 2 * entry) }
  }
}

/** mean √(θᵢ² + δ²) - δ. */
const smoothSparsity: PlanAuxiliary = (engine) => (x) => {
  const n = engine.plan.parameterCount
  let value = 0
  // Padding is 0 and has a gradient of 0.
  const gradient = x.map((entry) => {
    const length = Math.sqrt(entry * entry + DELTA * DELTA)
    value += (length - DELTA) / n
    return entry / length / n
  })
  return { value, gradient }
}

async function open(
  { wasm }: InstanceContext,
  trial: number,
  plan: PlanAuxiliary,
  [ideal, scale]: readonly [number, number]
): Promise<Instance> {
  const digits = await trialDigits(trial)
  const training = shrunk(digits.training, 2)
  let planned: Auxiliary | undefined
  const auxiliary = (x: Float64Array, engine: NetworkEngine) => {
    planned ??= plan(engine, wasm.functions)
    return planned(x)
  }
  const test = shrunk(digits.test, 2)
  return networkInstance(
    wasm,
    {
      network: perceptron(training.size, 24),
      data: training,
      batch: everyExample(LEARNT),
      objectives: (rows, _, x, engine) => meanAndFunction(rows, auxiliary(x, engine)),
      measure: (outputs, x, engine) => {
        const losses = lossesOfDigits(outputs, training.labels, wasm.functions)
        return Float64Array.of(losses.reduce((sum, loss) => sum + loss, 0) / LEARNT, auxiliary(x, engine).value)
      },
      heldOut: { data: test, score: (outputs) => accuracyOfDigits(outputs, test.labels) },
      ideal: [0, ideal],
      scale: [LOG_10, scale],
      measureEvery: 2
    },
    trial
  )
}

const facts = {
  kind: "learned",
  source: "Careful with that Scalpel (arXiv 2402.02998), sections 5.1 and 5.2, on digits",
  roles: "main-first",
  unitRate: 0.3,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 60, trials: 2 }, full: { steps: 300, trials: 4 } }
} as const

/** A small Lipschitz constant. */
export const accuracyAndLipschitz: LearnedProblem = {
  ...facts,
  name: "accuracy-lipschitz",
  title: "Accuracy, and a small Lipschitz constant",
  formula: "f₁ = mean CE of 256 digits, f₂ = Σ log ‖W_l‖₂² over the two layers",
  dials: [],
  traps: [
    "f₂ has no lower bound and a gradient that grows as the weights shrink: what is led by it ends with a network that says nothing.",
    "Methods for equal objectives share; those with a main objective take what it leaves free."
  ],
  answer: {
    kind: "open",
    how: "f₁ is above 0; the excess of f₂ counts from -4, a bound of the constant of e⁻², and 4 is 1."
  },
  open: (context, trial) => open(context, trial, logLipschitz, [-4, 4])
}

/** Few large parameters. */
export const accuracyAndSparsity: LearnedProblem = {
  ...facts,
  name: "accuracy-sparsity",
  title: "Accuracy, and few large parameters",
  formula: "f₁ = mean CE of 256 digits, f₂ = mean √(θᵢ² + δ²) - δ, δ = 0.01",
  dials: [{ name: "δ", value: DELTA, means: "Below it a parameter counts as its square." }],
  traps: [
    "The row of f₂ is a thousand times shorter than that of f₁, and never vanishes: sums of rows do not see it, lengths brought to one serve nothing else."
  ],
  answer: { kind: "open", how: "f₁ and f₂ are above 0, and θ = 0 has f₂ = 0." },
  open: (context, trial) => open(context, trial, smoothSparsity, [0, 0.03])
}
