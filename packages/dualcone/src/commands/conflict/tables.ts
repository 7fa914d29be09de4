/**
 * The conflict suite's results on a terminal, and as JSON.
 *
 * @module
 */
import { type Measure, measures, methodTable, profileBy, ratioTable, type Scoreboard } from "@dualcone/conflict"
import type { Cell, Table } from "@dualcone/experiments"
import { type Column, figure, textTable } from "../../bench/table.ts"

/** The methods, then for each measure the problems. */
export function conflictTables(scoreboard: Scoreboard): string {
  const waiting = scoreboard.scores.filter(({ status }) => status === "waiting").length
  const parts = [ratioTable(scoreboard, "worst"), ratioTable(scoreboard, "mean"), methodTable(scoreboard)]
    .filter(({ rows }) => rows.length > 0)
    .map((table) => `${table.title}\n\n${textOf(table)}`)
  const left = waiting === 0 ? "" : `, ${waiting} waiting`
  parts.push(
    `${scoreboard.scores.length} searches${left}, ${scoreboard.failures.length} failed; digest ${scoreboard.digest}\n`
  )
  return parts.join("\n")
}

function textOf({ columns, rows }: Table): string {
  const text = (cell: Cell) => (cell === null ? "-" : typeof cell === "number" ? figure(cell) : cell)
  return textTable(columns.map((heading, i): Column => [heading, ...rows.map((row) => text(row[i] ?? null))]))
}

/** Everything, for machines: problems with what is known of them, scores, and the profiles' ratios by measure. */
export function conflictJson(scoreboard: Scoreboard): object {
  const { profile, problems, methods, scores, failures, digest } = scoreboard
  const profiles = Object.fromEntries(
    measures.map((measure: Measure) => [
      measure,
      Object.fromEntries(profileBy(scoreboard, measure).map(({ method, ratios }) => [method, ratios]))
    ])
  )
  return {
    profile,
    digest,
    methods,
    problems: problems.map(({ name, title, kind, formula, source, dials, traps, answer, roles, budget }) => ({
      ...{ name, title, kind, formula, source, dials, traps, answer, roles },
      budget: budget[profile]
    })),
    scores,
    profiles,
    failures
  }
}
