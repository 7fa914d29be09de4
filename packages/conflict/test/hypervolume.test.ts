/** Hypervolumes that can be computed by hand. */
import { expect, test } from "bun:test"
import { hypervolume, hypervolumeShare } from "../src/score/hypervolume.ts"
import { analyticProblem, definitionOf } from "./context.ts"

test("in two dimensions it is the area of a staircase; dominated points and those beyond the reference add nothing", () => {
  const stairs = [
    [0, 3],
    [1, 1],
    [3, 0]
  ]
  // 1·1 + 2·3 + 1·4, columns from left to right up to (4, 4).
  expect(hypervolume(stairs, [4, 4])).toBe(11)
  expect(hypervolume([...stairs, [2, 2], [5, -1], [1, 1]], [4, 4])).toBe(11)
  expect(hypervolume([], [4, 4])).toBe(0)
})

test("in three dimensions it is that of a union of boxes, by inclusion and exclusion", () => {
  const points = [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1]
  ]
  const box = (...of: readonly (readonly number[])[]) =>
    [0, 1, 2].reduce((product, i) => product * (4 - Math.max(...of.map((point) => point[i] ?? 0))), 1)
  const [a = [], b = [], c = []] = points
  const union = box(a) + box(b) + box(c) - box(a, b) - box(a, c) - box(b, c) + box(a, b, c)
  expect(hypervolume(points, [4, 4, 4])).toBe(union)
  expect(hypervolume([...points].reverse(), [4, 4, 4])).toBe(union)
  expect(hypervolume([...points, [3, 3, 3], [1, 2, 3]], [4, 4, 4])).toBe(union)
})

test("of DTLZ1's triangle it comes near r³ - 1/48, what the plane Σ f = ½ leaves of a cube", () => {
  const { paretoSet, values } = definitionOf(analyticProblem("dtlz1"))
  const front = (paretoSet?.sample(2500) ?? []).map(values)
  const found = hypervolume(front, [0.55, 0.55, 0.55])
  const exact = 0.55 ** 3 - 0.5 ** 3 / 6
  expect(found).toBeLessThan(exact)
  expect(found).toBeGreaterThan(0.97 * exact)
})

test("a front has all of its own hypervolume, one of its points less, a point beyond it none", () => {
  const front = Array.from({ length: 101 }, (_, i) => Float64Array.of(i / 100, 1 - i / 100))
  expect(hypervolumeShare(front, front)).toBe(1)
  const middle = hypervolumeShare([[0.5, 0.5]], front)
  expect(middle).toBeGreaterThan(0.3)
  expect(middle).toBeLessThan(1)
  expect(hypervolumeShare([[2, 2]], front)).toBe(0)
})
