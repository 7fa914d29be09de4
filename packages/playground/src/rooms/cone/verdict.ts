/**
 * What the gradients and the methods' answers mean, in words.
 *
 * @module
 */
import type { Certificate } from "@dualcone/aggregation"
import { methodTitle } from "../../ui/method-style.ts"
import { decimals, magnitude } from "../../ui/number-text.ts"
import { dot, type MethodResult } from "./aggregate-rows.ts"
import type { Row } from "./state.ts"

/** Progress this much below zero, relative to the lengths of both vectors, counts as hurt; less is rounding. */
const ROUNDING = 1e-7

/** The name of a gradient, counting from 0. */
export const rowName = (index: number) => `g${index + 1}`

/** Which rows a direction hurts, counting from 0. */
export function hurtRows(rows: readonly Row[], { direction, progress }: MethodResult): readonly number[] {
  const length = Math.sqrt(dot(direction, direction))
  return rows.flatMap((row, i) => ((progress[i] ?? 0) < -ROUNDING * length * Math.sqrt(dot(row, row)) ? [i] : []))
}

/** Which of the gradients conflict: "g1 and g2 conflict, cosine −0.65." */
export function conflictText(rows: readonly Row[]): string {
  const pairs = rows.flatMap((row, i) =>
    rows.slice(i + 1).flatMap((other, k) => {
      const lengths = Math.sqrt(dot(row, row) * dot(other, other))
      const cosine = lengths > 0 ? dot(row, other) / lengths : 0
      return cosine < 0 ? [`${rowName(i)} and ${rowName(i + 1 + k)} conflict (cosine ${decimals(cosine)})`] : []
    })
  )
  return pairs.length === 0 ? "No two gradients conflict." : `${pairs.join(", ")}.`
}

/** Whom a method hurts: "The mean hurts g1." */
export function verdict(rows: readonly Row[], result: MethodResult): string {
  const name = result.method === "mean" ? "The mean" : methodTitle(result.method)
  if (Math.sqrt(dot(result.direction, result.direction)) < 1e-7) return `${name} stays where it is.`
  const hurt = hurtRows(rows, result).map(rowName)
  return hurt.length === 0 ? `${name} hurts nobody.` : `${name} hurts ${list(hurt)}.`
}

/** What is proved of a method's answer. */
export function certificateText(certificate: Certificate | null): string {
  if (certificate === null) return "It solves no program, so there is nothing to certify."
  const { status, residual } = certificate
  const start = status === "certified" ? "certified" : "not certified"
  if (certificate.kind !== "dual-cone") return `${start}: its conditions hold to ${magnitude(residual)}.`
  const { rows, worstConflict, ridge } = certificate
  const solved = `${rows.certified} of ${rows.total} ${rows.total === 1 ? "projection" : "projections"} proved`
  const ridgeText = ridge.kind === "trace" ? ` With the ridge of the paper's runs, short rows may be overruled.` : ""
  return `${start}: ${solved}, error at most ${magnitude(residual)}, worst conflict ${magnitude(worstConflict)}.${ridgeText}`
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
}
