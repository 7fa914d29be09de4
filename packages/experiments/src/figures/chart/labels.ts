/**
 * Where the labels of lines stand, and how text breaks.
 *
 * @module
 */
import { textWidth } from "@dualcone/descent"

/**
 * Heights of labels that want to stand at `wanted` and are at least `distance` apart: moved as little as squares
 * allow, order kept, all between `top` and `bottom` where they fit.
 */
export function spreadLabels(
  wanted: readonly number[],
  distance: number,
  [top, bottom]: readonly [number, number]
): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b)
  // Labels that touch form a block around the mean of where its members want it; blocks that meet merge.
  const blocks: { count: number; sum: number }[] = []
  const startOf = ({ count, sum }: { count: number; sum: number }) => {
    const start = sum / count
    return Math.max(top, Math.min(bottom - (count - 1) * distance, start))
  }
  for (const i of order) {
    let block = { count: 1, sum: wanted[i] ?? 0 }
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (startOf(last) + last.count * distance <= startOf(block)) break
      blocks.pop()
      // A member's wish for the start of the block is its own wish less its place in it.
      const sum = last.sum + block.sum - block.count * last.count * distance
      block = { count: last.count + block.count, sum }
    }
    blocks.push(block)
  }
  const heights = new Array<number>(wanted.length).fill(0)
  const places = blocks.flatMap((block) => Array.from({ length: block.count }, (_, k) => startOf(block) + k * distance))
  order.forEach((i, k) => {
    heights[i] = places[k] ?? 0
  })
  return heights
}

/** Breaks a text at spaces into lines of at most `width` pixels at 16 px. */
export function brokenLines(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let current = ""
  for (const word of text.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`
    if (current !== "" && textWidth(longer) > width) {
      lines.push(current)
      current = word
    } else current = longer
  }
  return [...lines, current]
}

/** A text cut off where it is wider than this at 16 px, with an ellipsis for the rest. */
export function shortened(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && textWidth(`${letters.join("")}…`) > width) letters.pop()
  return `${letters.join("").trimEnd()}…`
}
