/**
 * What is added to the diagonal of a Gramian before a program over it is solved.
 *
 * - `trace`: G + ε tr(G) I, as in the runs of "Jacobian Descent for Multi-Objective Optimization"
 *   (arXiv 2406.16232). It regularises long rows little and short rows much, so that a direction may conflict with
 *   rows that are short beside the others.
 * - `diagonal`: G + ε diag(G). The same relative ridge for every row; keeps linearity under scaling exactly.
 * - `none`: G itself. Where G is singular to working precision the solver adds as little as a stable factorisation
 *   needs, and the certificate's `extraRidge` says how much.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { objectWith, oneOf, positive } from "./check.ts"

/** A ridge; ε positive and finite. */
export type Ridge =
  | { readonly kind: "trace"; readonly epsilon: number }
  | { readonly kind: "diagonal"; readonly epsilon: number }
  | { readonly kind: "none" }

/** The default: ε = 1e-4 of the trace, as in the paper's runs. On stochastic training it regularises best. */
export const paper: Ridge = { kind: "trace", epsilon: 1e-4 }

/** ε = 1e-8 of each diagonal entry: no row conflicts with the direction, to rounding. For few objectives. */
export const strict: Ridge = { kind: "diagonal", epsilon: 1e-8 }

const KINDS = ["trace", "diagonal", "none"] as const

/**
 * A ridge from data: `{ kind, epsilon }`, or the text `trace:EPSILON`, `diagonal:EPSILON` or `none`.
 *
 * @throws InputError for an unknown kind or key, and for an ε that is not positive and finite.
 */
export function parseRidge(value: unknown, place = "ridge"): Ridge {
  if (typeof value === "string") return parseText(value, place)
  const fields = objectWith(value, place, ["kind", "epsilon"])
  const kind = oneOf(fields.kind, `${place}.kind`, KINDS)
  if (kind !== "none") return { kind, epsilon: positive(fields.epsilon, `${place}.epsilon`) }
  if (fields.epsilon === undefined) return { kind }
  throw new InputError({ rule: "the ridge none has no epsilon", place: `${place}.epsilon`, value: fields.epsilon })
}

function parseText(text: string, place: string): Ridge {
  if (text === "none") return { kind: "none" }
  const [kind, epsilon, ...rest] = text.split(":")
  const number = epsilon === undefined || epsilon.trim() === "" ? Number.NaN : Number(epsilon)
  if ((kind === "trace" || kind === "diagonal") && rest.length === 0 && Number.isFinite(number) && number > 0) {
    return { kind, epsilon: number }
  }
  const rule = "it must be trace:EPSILON, diagonal:EPSILON or none, with EPSILON positive and finite"
  throw new InputError({ rule, place, value: text })
}
