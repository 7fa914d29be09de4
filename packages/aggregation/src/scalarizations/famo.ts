/**
 * FAMO: weights under which all losses fall at the same relative rate, learned from the losses after each update.
 *
 *     S(L) = c Σ_i z_i log(L_i − b_i + ε),   z = softmax(ξ),   c = 1 / Σ_i z_i / (L_i − b_i + ε), held constant
 *     w_i = c z_i / (L_i − b_i + ε) = softmax(ξ − log(L − b + ε))_i
 *
 * with ε = 10⁻⁸ and the lower bounds b. When the losses L⁺ after the update, on the same examples, are observed, ξ
 * takes one step of Adam along Jᵀ_softmax(ξ) (log(L − b + ε) − log(L⁺ − b + ε)), with torch's Adam: moments .9 and
 * .999, bias correction, 10⁻⁸ beside the root, and the weight decay γ ξ added to the gradient. Liu, Feng, Stone and
 * Liu, "FAMO: Fast Adaptive Multitask Optimization", NeurIPS 2023, arXiv 2306.03792, algorithms 1 and 2. γ is algorithm
 * 2's, TorchJD's and LibMTL's; the authors' code has 10⁻⁵. The clipping of the model's gradient in their experiments is
 * not part of it.
 *
 * It remembers ξ, the moments of Adam, the number of steps, and the losses of the last call. Without observations ξ
 * stays 0. The weights are positive and sum to one; they are those of the values alone: for given values it is linear
 * under scaling of the rows, and weighted; rows can conflict with it. One row has weight 1. A row of zeros is weighed
 * by its value like any other. Losses must not be below their bounds.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { notNegative, numbers, objectWith } from "../check.ts"
import { finiteWeights } from "../finite-weights.ts"
import { defineMethod, type Method, type Scalarization } from "../method.ts"
import { checkValues } from "../weighting.ts"
import { oneEach } from "./vectors.ts"

/** The specification of FAMO. */
export interface FAMO {
  readonly name: "famo"
  /** Of Adam on ξ. */
  readonly learningRate: number
  /** γ. */
  readonly weightDecay: number
  /** b. */
  readonly lowerBounds?: readonly number[]
}

/** Options of {@link famo}. */
export interface FAMOOptions {
  /** Not negative. Default: .025. */
  readonly learningRate?: number
  /** Not negative. Default: .001. */
  readonly weightDecay?: number
  /** Finite, one entry a row. Default: 0 each. */
  readonly lowerBounds?: readonly number[]
}

/** FAMO with these options. @throws InputError for an option that breaks its rule. */
export function famo(options: FAMOOptions = {}): FAMO {
  return famoMethod.parse(options, "famo")
}

export const famoMethod: Method<FAMO> = defineMethod({
  name: "famo",
  title: "FAMO",
  paper: "Liu et al. 2023, FAMO: Fast Adaptive Multitask Optimization, arXiv 2306.03792",
  formula: "w = softmax(xi - log(L - b)), xi by Adam on the relative decrease of the losses in the update",
  parameters: [
    { name: "learningRate", type: "number", default: "0.025", meaning: "of Adam on xi" },
    { name: "weightDecay", type: "number", default: "0.001", meaning: "of xi" },
    { name: "lowerBounds", type: "numbers", default: "0 each", meaning: "of the losses, one entry a row" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  stateful: true,
  parse(value, place) {
    const keys = ["name", "learningRate", "weightDecay", "lowerBounds"]
    const { learningRate, weightDecay, lowerBounds } = objectWith(value, place, keys)
    const settings: FAMO = {
      name: "famo",
      learningRate: learningRate === undefined ? 0.025 : notNegative(learningRate, `${place}.learningRate`),
      weightDecay: weightDecay === undefined ? 0.001 : notNegative(weightDecay, `${place}.weightDecay`)
    }
    if (lowerBounds === undefined) return settings
    const rule = "every lower bound must be finite"
    return { ...settings, lowerBounds: numbers(lowerBounds, `${place}.lowerBounds`, Number.isFinite, rule) }
  },
  scalarize: ({ functions }, settings, objectives) => planFamo(functions, settings, objectives)
})

/** ε. */
const EPSILON = 1e-8

function planFamo(functions: RealFunctions, settings: FAMO, objectives: number): Scalarization {
  const bounds = oneEach(settings.lowerBounds, "the lower bounds", objectives, 0)
  const adam = planAdam(functions, settings, objectives)
  const { parameters: logits } = adam
  const before = new Float64Array(objectives)
  const calls = new Float64Array(1)
  const weights = new Float64Array(objectives)
  /** Of the losses of this call, or of those that are observed. */
  const logarithms = new Float64Array(objectives)
  const shares = new Float64Array(objectives)
  const gradient = new Float64Array(objectives)

  /** Writes log(L − b + ε). */
  const writeLogarithms = (into: Float64Array, values: Float64Array) => {
    for (let i = 0; i < objectives; i++) {
      const excess = (values[i] ?? 0) - (bounds[i] ?? 0) + EPSILON
      if (!(excess > 0 && excess < Number.POSITIVE_INFINITY)) {
        const rule = `it must lie above its lower bound, ${bounds[i]}, within float64`
        throw new InputError({ rule, place: `value ${i} of the objectives`, value: values[i] })
      }
      into[i] = functions.log(excess)
    }
  }

  return {
    state: new Map([["before", before], ["calls", calls], ...adam.state]),
    weigh(values) {
      writeLogarithms(logarithms, values)
      for (let i = 0; i < objectives; i++) weights[i] = (logits[i] ?? 0) - (logarithms[i] ?? 0)
      softmax(functions, weights)
      finiteWeights(weights, "famo")
      before.set(logarithms)
      calls[0] = (calls[0] ?? 0) + 1
      return weights
    },
    observe(values) {
      if (calls[0] === 0) {
        const rule = "losses are observed after the update that they were weighed for"
        throw new InputError({ rule, place: "the number of calls of famo before an observation", value: 0 })
      }
      writeLogarithms(logarithms, checkValues(values, objectives))
      shares.set(logits)
      softmax(functions, shares)
      let mean = 0
      for (let i = 0; i < objectives; i++) mean += (shares[i] ?? 0) * ((before[i] ?? 0) - (logarithms[i] ?? 0))
      for (let i = 0; i < objectives; i++) {
        gradient[i] = (shares[i] ?? 0) * ((before[i] ?? 0) - (logarithms[i] ?? 0) - mean)
      }
      adam.step(gradient)
    },
    [Symbol.dispose]() {}
  }
}

/** Replaces x by softmax(x). */
function softmax(functions: RealFunctions, x: Float64Array): void {
  const largest = x.reduce((most, entry) => Math.max(most, entry), Number.NEGATIVE_INFINITY)
  let total = 0
  for (let i = 0; i < x.length; i++) {
    const exponential = functions.exp((x[i] ?? 0) - largest)
    x[i] = exponential
    total += exponential
  }
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) / total
}

const FIRST_DECAY = 0.9
const SECOND_DECAY = 0.999
const BESIDE_ROOT = 1e-8

/** Adam as torch does it (Kingma and Ba, arXiv 1412.6980, with the weight decay in the gradient), from zero. */
function planAdam(functions: RealFunctions, { learningRate, weightDecay }: FAMO, count: number) {
  const parameters = new Float64Array(count)
  const firstMoments = new Float64Array(count)
  const secondMoments = new Float64Array(count)
  const steps = new Float64Array(1)
  const state = Object.entries({ logits: parameters, firstMoments, secondMoments, steps })
  return {
    parameters,
    state,
    step(gradient: Float64Array) {
      const step = (steps[0] ?? 0) + 1
      steps[0] = step
      const stepSize = learningRate / (1 - functions.pow(FIRST_DECAY, step))
      const rootOfCorrection = Math.sqrt(1 - functions.pow(SECOND_DECAY, step))
      for (let i = 0; i < count; i++) {
        const slope = (gradient[i] ?? 0) + weightDecay * (parameters[i] ?? 0)
        const first = FIRST_DECAY * (firstMoments[i] ?? 0) + (1 - FIRST_DECAY) * slope
        const second = SECOND_DECAY * (secondMoments[i] ?? 0) + (1 - SECOND_DECAY) * slope * slope
        firstMoments[i] = first
        secondMoments[i] = second
        const root = Math.sqrt(second) / rootOfCorrection + BESIDE_ROOT
        parameters[i] = (parameters[i] ?? 0) - stepSize * (first / root)
      }
    }
  }
}
