/**
 * Curves in a terminal, drawn with braille dots: two dots wide and four high a character.
 *
 * @module
 */

/** One curve. */
export interface TerminalCurve {
  readonly label: string
  /** What comes before the curve's characters to colour them; empty for no colour. */
  readonly colour: string
  readonly dashed: boolean
  readonly values: ArrayLike<number>
}

/** Where the curves are drawn. */
export interface TerminalChart {
  /** Characters in all, axis and labels included; at least 40. */
  readonly width: number
  /** Lines of the plot, without the axis below. */
  readonly height: number
  /** Values on the whole x axis. */
  readonly length: number
  /** Top of the y axis, which starts at 0. */
  readonly top: number
}

const AXIS = 6
const LABELS = 18
const RESET = "\u001b[0m"
/** Bits of the dots of a braille character, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80]
] as const

/** The lines of a chart; the labels stand where the curves end. */
export function terminalChart(
  curves: readonly TerminalCurve[],
  { width, height, length, top }: TerminalChart
): string[] {
  const columns = Math.max(10, width - AXIS - LABELS)
  const bits = new Uint8Array(columns * height)
  const owner = new Int8Array(columns * height).fill(-1)
  const ends: number[] = []
  curves.forEach((curve, c) => {
    const { values } = curve
    const dotOf = (loss: number) => Math.round((1 - Math.min(1, Math.max(0, loss / top))) * (height * 4 - 1))
    let before: number | undefined
    const drawn = Math.min(columns * 2, Math.ceil((values.length / length) * columns * 2))
    for (let x = 0; x < drawn; x++) {
      const y = dotOf(valueAt(values, (x / (columns * 2)) * length))
      const [from, to] = before === undefined ? [y, y] : [Math.min(before, y), Math.max(before, y)]
      before = y
      if (curve.dashed && x % 6 >= 4) continue
      for (let dot = from; dot <= to; dot++) {
        const cell = Math.floor(dot / 4) * columns + Math.floor(x / 2)
        bits[cell] = (bits[cell] ?? 0) | (DOTS[x % 2 === 0 ? 0 : 1][dot % 4] ?? 0)
        if (owner[cell] === -1) owner[cell] = c
      }
    }
    ends.push(before === undefined ? 0 : Math.floor(before / 4))
  })
  const labelOf = apart(ends, height)
  return [
    ...Array.from({ length: height }, (_, row) => {
      const tick = row % 4 === 0 ? ((1 - row / height) * top).toFixed(1) : ""
      let line = `${tick.padStart(AXIS - 2)} ${tick === "" ? "│" : "┤"}`
      let colour = ""
      for (let column = 0; column < columns; column++) {
        const cell = row * columns + column
        const wanted = curves[owner[cell] ?? -1]?.colour ?? ""
        if (wanted !== colour) line += `${colour === "" ? "" : RESET}${wanted}`
        colour = wanted
        const drawn = bits[cell] ?? 0
        line += drawn === 0 ? " " : String.fromCharCode(0x2800 + drawn)
      }
      if (colour !== "") line += RESET
      const label = curves[labelOf.indexOf(row)]
      if (label === undefined) return line.trimEnd()
      return `${line} ${label.colour}${label.label}${label.colour === "" ? "" : RESET}`
    }),
    `${"0".padStart(AXIS - 2)} └${"─".repeat(columns)} iteration ${length}`
  ]
}

/** The curve between its values, straight. */
function valueAt(values: ArrayLike<number>, position: number): number {
  const before = Math.min(values.length - 1, Math.floor(position))
  const from = values[before] ?? 0
  return from + (position - before) * ((values[Math.min(values.length - 1, before + 1)] ?? from) - from)
}

/** Rows for the labels: each near the end of its curve, no two on one row. */
function apart(ends: readonly number[], height: number): number[] {
  const rows: number[] = []
  for (const end of ends) {
    let row = Math.min(height - 1, Math.max(0, end))
    while (rows.includes(row) && row > 0) row--
    while (rows.includes(row)) row++
    rows.push(row)
  }
  return rows
}
