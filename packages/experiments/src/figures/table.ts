/**
 * Tables as Markdown and as CSV.
 *
 * @module
 */

/** A cell: text, a number, or nothing. */
export type Cell = string | number | null

/** A table as plain data; the first column names rows, the others are numbers and texts about them. */
export interface Table {
  /** For the names of files: letters, digits and hyphens. */
  readonly name: string
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Below the table: what the numbers are. */
  readonly note: string
}

/** Markdown with aligned columns; numbers with three significant digits. */
export function markdownTable({ title, columns, rows, note }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(shortText))].map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|"))
  )
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? "").length)))
  const isNumber = columns.map((_, i) => rows.some((row) => typeof row[i] === "number"))
  const lineOf = (row: readonly string[]) =>
    `| ${widths.map((width, i) => (isNumber[i] === true ? (row[i] ?? "").padStart(width) : (row[i] ?? "").padEnd(width))).join(" | ")} |`
  const rule = `| ${widths.map((width, i) => (isNumber[i] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`
  const [heading = [], ...body] = cells
  return `### ${title}\n\n${[lineOf(heading), rule, ...body.map(lineOf)].join("\n")}\n\n${note}\n`
}

/** CSV of RFC 4180 with numbers in full precision; nothing for null. */
export function csvTable({ columns, rows }: Table): string {
  const field = (cell: Cell) => {
    const text = cell === null ? "" : String(cell)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("")
}

/** Three significant digits without an exponent; whole numbers as they are, in groups of three from 10,000 on. */
export function shortText(cell: Cell): string {
  if (cell === null) return "-"
  if (typeof cell === "string") return cell
  if (!Number.isFinite(cell)) return Number.isNaN(cell) ? "-" : "∞"
  if (Number.isSafeInteger(cell)) return Math.abs(cell) < 10_000 ? String(cell) : grouped(String(cell))
  const exponent = Number(cell.toExponential(2).split("e")[1] ?? 0)
  return cell.toFixed(Math.min(20, Math.max(0, 2 - exponent)))
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",")
}
