/** Lines that are cut off after any update. */
import { expect, test } from "bun:test"
import { drawnLine } from "../src/rooms/trajectories/drawn-line.ts"

const line = { points: Float32Array.of(0, 0, 10, 0, 10, 20), updates: Uint32Array.of(0, 5, 15) }

test("between two points that are kept a path is where it is on its even way", () => {
  const drawn = drawnLine(line)
  expect(drawn.at(0)).toEqual([0, 0])
  expect(drawn.at(2.5)).toEqual([5, 0])
  expect(drawn.at(10)).toEqual([10, 10])
  expect(drawn.at(99)).toEqual([10, 20])
})

test("a beginning ends where the path is", () => {
  const drawn = drawnLine(line)
  expect(drawn.until(0)).toBe("M0.0 0.0L0.0 0.0")
  expect(drawn.until(10)).toBe("M0.0 0.0L10.0 0.0L10.0 10.0")
  expect(drawn.until(15)).toBe("M0.0 0.0L10.0 0.0L10.0 20.0L10.0 20.0")
})

test("a path that left the numbers at once is nowhere", () => {
  const nothing = drawnLine({ points: new Float32Array(), updates: new Uint32Array() })
  expect(nothing.at(3)).toBeNull()
  expect(nothing.until(3)).toBe("")
})
