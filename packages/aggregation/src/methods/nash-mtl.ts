/**
 * Nash-MTL: the Nash bargaining solution of the objectives, each gaining g_i · x.
 *
 *     A(J) = argmax Σ_i log(g_i · x) over a ball = Jᵀ w,   w > 0 with (Gw)_i = 1 / w_i
 *
 * shortened to ‖A(J)‖ = `maxNorm` where it is longer; before, ‖Jᵀw‖ = √m. Navon, Shamsian, Achituve, Maron, Kawaguchi,
 * Chechik and Fetaya, "Multi-Task Learning as a Bargaining Game", ICML 2022, arXiv 2202.01017, claim 3.1.
 *
 * Non-conflicting, because Gw > 0, and weighted; not linear under scaling: one factor for all rows does not change it.
 * Two rows: along their bisector. One row: along it. There is no solution with a row of zeros, or where Jᵀ v = 0 for
 * some v > 0; the certificate then says `uncertified`, the weights are finite, and a row of zeros has
 * weight 0; with `zeroRows: "stop"` all weights are 0 then, because an objective that cannot gain refuses every bargain.
 *
 * `exact` is solved by Newton's method. `official` is the authors' convex-concave procedure, as in TorchJD, from the
 * iterate of the call before, which is what it remembers (1 each at first). A call whose program fails keeps its
 * iterate: at the first call it can where a row conflicts with the sum of the rows, and the direction is then that sum's.
 * Elsewhere it is within 1e-5 of the exact direction after 20 programs on rows of like lengths, farther off with fewer
 * ("Jacobian Descent" used one). On rows of very different lengths its stopping rule can be met far from the solution:
 * `certified` says of it no more than that the rule was met. TorchJD's conic solver is inaccurate there, and differs.
 *
 * The residual of the certificate: the largest |w_i (Gw)_i − 1| before shortening.
 *
 * @module
 */
import { integer, notNegative, objectWith, oneOf } from "../check.ts"
import { defineMethod, type Method } from "../method.ts"
import { parseZeroRows, planWeightSolver, type ZeroRows, zeroRowsParameter } from "./weight-solver.ts"

const SOLVERS = ["exact", "official"] as const
const KEYS = ["name", "maxNorm", "solver", "iterations", "zeroRows"] as const

/** The specification of Nash-MTL. */
export interface NashMTL {
  readonly name: "nash-mtl"
  /** The longest direction; 0 for no bound. */
  readonly maxNorm: number
  readonly solver: (typeof SOLVERS)[number]
  /** Programs of the official procedure at most. */
  readonly iterations: number
  readonly zeroRows: ZeroRows
}

/** Options of {@link nashMtl}. */
export interface NashMTLOptions {
  /** At least 0; 0 for no bound. Default: 1. */
  readonly maxNorm?: number
  /** Default: `exact`. */
  readonly solver?: NashMTL["solver"]
  /** A whole number, at least 1; for `official`. Default: 20. */
  readonly iterations?: number
  /** Default: `skip`. */
  readonly zeroRows?: ZeroRows
}

/** Nash-MTL with these options. @throws InputError for an option that breaks its rule. */
export function nashMtl(options: NashMTLOptions = {}): NashMTL {
  return nashMtlMethod.parse(options, "nash-mtl")
}

export const nashMtlMethod: Method<NashMTL> = defineMethod({
  name: "nash-mtl",
  title: "Nash-MTL",
  paper: "Navon et al. 2022, Multi-Task Learning as a Bargaining Game, arXiv 2202.01017",
  formula: "w > 0 with (Gw)_i = 1 / w_i, shortened to |J'w| <= maxNorm",
  parameters: [
    { name: "maxNorm", type: "number", default: "1", meaning: "longest direction; 0 for no bound" },
    { name: "solver", type: "text", default: "exact", meaning: "exact, or official: the authors' procedure" },
    { name: "iterations", type: "number", default: "20", meaning: "programs of the official procedure at most" },
    zeroRowsParameter
  ],
  properties: { nonConflicting: true, linearUnderScaling: false, weighted: true },
  stateful: true,
  parse(value, place) {
    const { maxNorm, solver, iterations, zeroRows } = objectWith(value, place, KEYS)
    return {
      name: "nash-mtl",
      maxNorm: maxNorm === undefined ? 1 : notNegative(maxNorm, `${place}.maxNorm`),
      solver: solver === undefined ? "exact" : oneOf(solver, `${place}.solver`, SOLVERS),
      iterations: iterations === undefined ? 20 : integer(iterations, `${place}.iterations`, 1),
      zeroRows: parseZeroRows(zeroRows, `${place}.zeroRows`)
    }
  },
  plan(wasm, { maxNorm, solver: kind, iterations, zeroRows }, objectives) {
    if (kind === "exact") {
      return planWeightSolver(
        wasm,
        { zeroRows, solve: (solver, pointer) => solver.nashMtl(pointer, maxNorm) },
        objectives
      )
    }
    return planWeightSolver(
      wasm,
      {
        iterate: new Float64Array(objectives).fill(1),
        zeroRows,
        solve: (solver, pointer) => solver.nashMtlOfficial(pointer, maxNorm, iterations)
      },
      objectives
    )
  }
})
