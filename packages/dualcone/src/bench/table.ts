/**
 * Tables of figures for people.
 *
 * @module
 */

/** One column: a heading and its cells; the first column is set left, the others right. */
export type Column = readonly [heading: string, ...cells: readonly string[]]

/** Columns side by side under a rule, each line ended by a line break. */
export function textTable(columns: readonly Column[]): string {
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)))
  const height = Math.max(...columns.map((cells) => cells.length))
  const line = (row: number) =>
    columns
      .map((cells, i) => {
        const cell = cells[row] ?? ""
        const width = widths[i] ?? 0
        return i === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join("  ")
      .trimEnd()
  const rule = widths.map((width) => "-".repeat(width)).join("  ")
  const lines = [line(0), rule, ...Array.from({ length: height - 1 }, (_, row) => line(row + 1))]
  return `${lines.join("\n")}\n`
}

/** Three significant digits, never an exponent: 0.00121, 12.3, 7055. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-"
  const digits = value === 0 ? 2 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 20))
}
