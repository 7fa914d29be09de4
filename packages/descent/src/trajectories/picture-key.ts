/**
 * Rows of small shapes with a word beside each.
 *
 * @module
 */
import { escapeText } from "./picture-style.ts"

/** A shape, centred on y = 0 and from x = 0 to `width`, and the words around it. */
export interface KeyItem {
  readonly width: number
  readonly svg: string
  readonly before?: string
  readonly text: string
  readonly textClass?: string
}

const ROW = 30
const SPACE = 28

/** Lays items out from left to right, in as many rows as they need; `y` is the top of the first. */
export function keyRows(items: readonly KeyItem[], x: number, y: number, width: number) {
  let column = 0
  let row = 0
  const parts = items.map(({ width: shape, svg, before = "", text, textClass }) => {
    const lead = before === "" ? 0 : room(before) + 10
    const gap = shape === 0 ? 0 : 10
    const whole = lead + shape + gap + room(text)
    if (column > 0 && column + whole > width) {
      column = 0
      row++
    }
    const at = `translate(${(x + column).toFixed(0)} ${y + row * ROW + ROW / 2})`
    column += whole + SPACE
    const words =
      before === "" ? "" : `<text x="${(lead - 10).toFixed(0)}" y="5.5" text-anchor="end">${escapeText(before)}</text>`
    const shapeSvg = svg === "" ? "" : `<g transform="translate(${lead.toFixed(0)} 0)">${svg}</g>`
    const label = `<text${textClass === undefined ? "" : ` class="${textClass}"`} x="${(lead + shape + gap).toFixed(0)}" y="5.5">${escapeText(text)}</text>`
    return `<g transform="${at}">${words}${shapeSvg}${label}</g>`
  })
  return { svg: parts.join("\n"), height: items.length === 0 ? 0 : (row + 1) * ROW }
}

/** Room for words at 16 px, in the widest of the usual fonts. */
export function room(words: string): number {
  let width = 0
  for (const letter of words)
    width += /[ijl.,:;' ]/.test(letter) ? 5 : /[frtI-]/.test(letter) ? 6.5 : /[mwMW]/.test(letter) ? 14 : 10
  return width
}
