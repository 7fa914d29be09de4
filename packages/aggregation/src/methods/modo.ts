/**
 * MoDo, multi-objective gradient with double sampling: one step of projected gradient descent on MGDA's weights at each
 * call, on an unbiased estimate of their gradient.
 *
 *     w ← Π(w − γ (M w + ρ w)),   A(J) = Jᵀ w,   M = J₁ J₂ᵀ
 *
 * with the projection Π onto the simplex, w = 1/m each before the first call, and Jacobians J₁ and J₂ of two
 * independent batches: M is passed in place of the Gramian and need not be symmetric. With J₁ = J₂ the estimate is
 * biased, and what is followed is MGDA slowed down. Chen, Fernando, Ying and Chen, "Three-Way Trade-Off in
 * Multi-Objective Learning: Optimization, Generalization and Conflict-Avoidance", NeurIPS 2023, arXiv 2305.20057,
 * algorithm 1. γ = ρ = .1 as in TorchJD.
 *
 * It remembers w. Weighted; rows can conflict with it, and it is not linear under scaling. The step grows with M: the
 * unit of the losses is part of γ. A row of zeros gains weight from the others. One row has weight 1.
 *
 * @module
 */
import { notNegative, objectWith, positive } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { checkGramian, type Weighed, type Weighting } from "../weighting.ts"
import { projectOntoSimplex } from "./simplex.ts"

/** The specification of MoDo. */
export interface MoDo {
  readonly name: "modo"
  /** γ: the length of a step. */
  readonly gamma: number
  /** ρ: pulls the weights together. */
  readonly rho: number
}

/** Options of {@link modo}. */
export interface MoDoOptions {
  /** Positive. Default: .1. */
  readonly gamma?: number
  /** At least 0. Default: .1. */
  readonly rho?: number
}

/** MoDo with these options. @throws InputError for an option that breaks its rule. */
export function modo(options: MoDoOptions = {}): MoDo {
  return modoMethod.parse(options, "modo")
}

export const modoMethod: Method<MoDo> = defineMethod({
  name: "modo",
  title: "MoDo",
  paper: "Chen et al. 2023, Three-Way Trade-Off in Multi-Objective Learning, arXiv 2305.20057",
  formula: "w <- P(w - gamma (M w + rho w)), M = J1 J2' of two batches, P onto the simplex",
  parameters: [
    { name: "gamma", type: "number", default: "0.1", meaning: "length of a step of the weights" },
    { name: "rho", type: "number", default: "0.1", meaning: "pulls the weights together" }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: true },
  stateful: true,
  parse(value, place) {
    const { gamma, rho } = objectWith(value, place, ["name", "gamma", "rho"])
    return {
      name: "modo",
      gamma: gamma === undefined ? 0.1 : positive(gamma, `${place}.gamma`),
      rho: rho === undefined ? 0.1 : notNegative(rho, `${place}.rho`)
    }
  },
  plan: (_, specification, objectives) => planMoDo(specification, objectives)
})

function planMoDo({ gamma, rho }: MoDo, objectives: number): Weighting {
  const remembered = new Float64Array(objectives).fill(1 / objectives)
  const weights = new Float64Array(objectives)
  const scratch = new Float64Array(objectives)
  return {
    objectives,
    state: new Map([["weights", remembered]]),
    weigh(gramian: Gramian): Weighed {
      checkGramian(gramian, objectives)
      const { values } = gramian
      for (let i = 0; i < objectives; i++) {
        let slope = rho * (remembered[i] ?? 0)
        for (let j = 0; j < objectives; j++) slope += (values[i * objectives + j] ?? 0) * (remembered[j] ?? 0)
        weights[i] = (remembered[i] ?? 0) - gamma * slope
      }
      projectOntoSimplex(weights, scratch, "the weights of modo before their projection")
      remembered.set(weights)
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
