/**
 * Weightings by projection onto the dual cone {d : Jd ≥ 0}: the options, the plan and the solve that UPGrad and
 * DualProj share. The programs are solved in WebAssembly (`crates/cone`).
 *
 * @module
 */
import { InputError, memoryView, pointerInto, refusing, type Wasm } from "@dualcone/wasm"
import type { DualConeCertificate } from "../certificate.ts"
import { objectWith, oneEachRow, oneOf, optionalPreference } from "../check.ts"
import type { Gramian } from "../linearization.ts"
import type { Parameter } from "../method.ts"
import { paper, parseRidge, type Ridge } from "../ridge.ts"
import { stateless } from "../state.ts"
import { checkSize, type Weighed, type Weighting } from "../weighting.ts"

/**
 * - `pivoting`: block principal pivoting on all rows at once, with fallbacks until every row is certified.
 * - `clarabel`: Clarabel's interior point row by row, then a polish; the slow reference.
 */
export type Solver = "pivoting" | "clarabel"

/** How the programs of a dual-cone method are set up and solved. */
export interface DualConeOptions {
  /** Default: {@link paper}, 1e-4 of the trace. */
  readonly ridge?: Ridge
  /** Default: `pivoting`. */
  readonly solver?: Solver
  /** Positive and finite, one entry a row. Default: 1/m each. */
  readonly preference?: readonly number[]
}

/** {@link DualConeOptions} with the defaults filled in. */
export interface DualConeSettings {
  readonly ridge: Ridge
  readonly solver: Solver
  readonly preference?: readonly number[]
}

const SOLVERS = ["pivoting", "clarabel"] as const

/** What `--list` says about the options. */
export const dualConeParameters: readonly Parameter[] = [
  {
    name: "ridge",
    type: "text",
    default: "trace:1e-4",
    meaning: "added to the Gramian: trace:EPSILON, diagonal:EPSILON or none"
  },
  { name: "solver", type: "text", default: "pivoting", meaning: "pivoting or clarabel" },
  { name: "preference", type: "numbers", default: "1/m each", meaning: "positive, one entry a row" }
]

/** Settings from the data of a specification, whose `name` is not looked at. */
export function parseDualCone(value: unknown, place: string): DualConeSettings {
  const fields = objectWith(value, place, ["name", "ridge", "solver", "preference"])
  const settings: DualConeSettings = {
    ridge: fields.ridge === undefined ? paper : parseRidge(fields.ridge, `${place}.ridge`),
    solver: fields.solver === undefined ? "pivoting" : oneOf(fields.solver, `${place}.solver`, SOLVERS)
  }
  return { ...settings, ...optionalPreference(fields.preference, `${place}.preference`) }
}

/** Plans one of the two dual-cone programs for `objectives` rows. */
export function planDualCone(
  wasm: Wasm,
  program: "upgrad" | "dualproj",
  { ridge, solver: kind, preference }: DualConeSettings,
  objectives: number
): Weighting {
  if (preference !== undefined) oneEachRow(preference, "the preference", objectives)
  const { memory, workers } = wasm
  const epsilon = ridge.kind === "none" ? 0 : ridge.epsilon
  const solver = refusing(() => new wasm.DualConeSolver(objectives, ridge.kind, epsilon, kind, wasm.threads))
  const claim = solver.threads > 1 ? workers?.hold(solver.threads) : undefined
  const { gramianPointer } = solver
  const copy = memoryView(memory, Float64Array, gramianPointer, objectives * objectives)
  const weights = memoryView(memory, Float64Array, solver.weightsPointer, objectives)
  const report = memoryView(memory, Float64Array, solver.certificatePointer, solver.certificateLength)
  if (preference !== undefined) memoryView(memory, Float64Array, solver.preferencePointer, objectives)().set(preference)
  const solve = program === "upgrad" ? (at: number) => solver.upgrad(at) : (at: number) => solver.dualproj(at)
  let disposed = false

  return {
    objectives,
    state: stateless,
    weigh(gramian: Gramian): Weighed {
      if (disposed)
        throw new InputError({ rule: "it can be used until then", place: "the weighting", value: "disposed" })
      checkSize(gramian, objectives)
      const inPlace = pointerInto(memory, gramian.values)
      if (inPlace === null) copy().set(gramian.values)
      refusing(() => solve(inPlace ?? gramianPointer))
      return { weights: weights(), certificate: certificateFrom(report(), ridge) }
    },
    [Symbol.dispose]() {
      if (disposed) return
      claim?.[Symbol.dispose]()
      solver.free()
      disposed = true
    }
  }
}

/** Reads the certificate that the module wrote; the order of the entries is that of `DualConeSolver` in `crates/wasm`. */
function certificateFrom(report: Float64Array, ridge: Ridge): DualConeCertificate {
  const entry = (index: number) => report[index] ?? 0
  return {
    kind: "dual-cone",
    status: entry(0) === 1 ? "certified" : "uncertified",
    residual: entry(1),
    worstConflict: entry(2),
    ridge,
    extraRidge: entry(3),
    rows: {
      total: entry(4),
      certified: entry(5),
      trivial: entry(6),
      pivoting: entry(7),
      lawsonHanson: entry(8),
      clarabel: entry(9)
    }
  }
}
