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

/** A column as it is read: the cells below its name as text, numbers to three significant digits. */
export interface ShownColumn {
  readonly name: string
  readonly cells: readonly string[]
  readonly isNumber: boolean
}

/** The columns for readers: a column "X ±" joins the column "X" before it; columns without a value are left out. */
export function shownColumns({ columns, rows }: Pick<Table, "columns" | "rows">): readonly ShownColumn[] {
  return columns.flatMap((name, i) => {
    const joined = columns[i + 1] === `${name} ±`
    const isError = i > 0 && name === `${columns[i - 1]} ±`
    if (isError || rows.every((row) => (row[i] ?? null) === null)) return []
    const cells = rows.map((row) => {
      const error = joined ? (row[i + 1] ?? null) : null
      return shortText(row[i] ?? null) + (error === null ? "" : ` ± ${shortText(error)}`)
    })
    return [{ name, cells, isNumber: rows.some((row) => typeof row[i] === "number") }]
  })
}

/** Markdown of the {@link shownColumns}, aligned. */
export function markdownTable({ title, columns, rows, note }: Table): string {
  const shown = shownColumns({ columns, rows }).map(({ name, cells, isNumber }) => {
    const texts = [name, ...cells].map((text) => text.replaceAll("|", "\\|"))
    return { texts, isNumber, width: Math.max(3, ...texts.map(({ length }) => length)) }
  })
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  const lineAt = (at: number) => line(shown.map(({ texts, isNumber, width }) => pad(texts[at] ?? "", width, isNumber)))
  const rule = line(shown.map(({ isNumber, width }) => (isNumber ? `${"-".repeat(width - 1)}:` : "-".repeat(width))))
  return `### ${title}\n\n${[lineAt(0), rule, ...rows.map((_, i) => lineAt(i + 1))].join("\n")}\n\n${note}\n`
}

function pad(text: string, width: number, isNumber: boolean): string {
  return isNumber ? text.padStart(width) : text.padEnd(width)
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
