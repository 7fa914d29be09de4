/**
 * Boxes of which the first coordinates are free and the others have one right value: the Pareto sets of DTLZ.
 *
 * @module
 */
import type { PointSet } from "./definition.ts"

/** The points of [0, 1]ⁿ whose coordinates from `free` on are all `value`. */
export function fixedTail(parameters: number, free: number, value: number): PointSet {
  return {
    distance(x) {
      let squares = 0
      for (let i = free; i < parameters; i++) squares += ((x[i] ?? Number.NaN) - value) ** 2
      return Math.sqrt(squares)
    },
    sample(count) {
      let side = 2
      while ((side + 1) ** free <= count) side++
      return Array.from({ length: side ** free }, (_, index) => {
        const point = new Float64Array(parameters).fill(value)
        for (let i = 0, rest = index; i < free; i++, rest = Math.floor(rest / side)) {
          point[i] = (rest % side) / (side - 1)
        }
        return point
      })
    }
  }
}
