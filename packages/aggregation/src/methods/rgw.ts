/**
 * RGW, random gradient weighting: a new random convex combination of the rows at every call.
 *
 *     A(J) = Jᵀ w,   w = softmax(z),   z ~ N(0, I)
 *
 * Lin, Ye, Zhang and Tsang, "Reasonable Effectiveness of Random Weighting: A Litmus Test for Multi-Task Learning", TMLR
 * 2022, arXiv 2111.10603, algorithm 2, with normal z as in its experiments. The draw is a function of the seed and the
 * number of the call; nothing of the Jacobian is looked at.
 *
 * For each draw it is linear under scaling and weighted; rows can conflict with it, also in expectation, where it is
 * the mean.
 *
 * @module
 */
import type { Wasm } from "@dualcone/wasm"
import { integer, objectWith } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import { defineMethod, type Method } from "../method.ts"
import { drawsOf } from "../random.ts"
import { checkSize, type Weighed, type Weighting } from "../weighting.ts"

/** The specification of RGW. */
export interface RGW {
  readonly name: "rgw"
  /** Of the weights. */
  readonly seed: number
}

/** Options of {@link rgw}. */
export interface RGWOptions {
  /** A whole number, at least 0. Default: 0. */
  readonly seed?: number
}

/** RGW with these options. @throws InputError for an option that breaks its rule. */
export function rgw(options: RGWOptions = {}): RGW {
  return rgwMethod.parse(options, "rgw")
}

export const rgwMethod: Method<RGW> = defineMethod({
  name: "rgw",
  title: "RGW",
  paper: "Lin et al. 2022, Reasonable Effectiveness of Random Weighting, arXiv 2111.10603",
  formula: "w = softmax(z), z ~ N(0, I)",
  parameters: [{ name: "seed", type: "number", default: "0", meaning: "of the random weights" }],
  properties: { nonConflicting: false, linearUnderScaling: true, weighted: true },
  random: true,
  parse(value, place) {
    const { seed } = objectWith(value, place, ["name", "seed"])
    return { name: "rgw", seed: seed === undefined ? 0 : integer(seed, `${place}.seed`, 0) }
  },
  plan: planRGW
})

function planRGW({ functions }: Wasm, { seed }: RGW, objectives: number): Weighting {
  const calls = new Float64Array(1)
  const weights = new Float64Array(objectives)
  return {
    objectives,
    state: new Map([["calls", calls]]),
    weigh(gramian: Gramian): Weighed {
      checkSize(gramian, objectives)
      const call = calls[0] ?? 0
      const draws = drawsOf(functions, seed, call)
      // Normal draws of 53 bits stay below 9, so the exponentials need no shift.
      let total = 0
      for (let i = 0; i < objectives; i++) {
        const weight = functions.exp(draws.normal())
        weights[i] = weight
        total += weight
      }
      for (let i = 0; i < objectives; i++) weights[i] = (weights[i] ?? 0) / total
      calls[0] = call + 1
      return { weights, certificate: null }
    },
    [Symbol.dispose]() {}
  }
}
