/** The cone of some gradients and its dual, as they are drawn. */
import { describe, expect, test } from "bun:test"
import {
  clip,
  disc,
  dualCone,
  gradientCone,
  hull,
  type Point,
  safeDirections,
  walls
} from "../src/rooms/cone/cone-shapes.ts"

const square: readonly Point[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1]
]

/** By the shoelace formula. */
const area = (corners: readonly Point[]) =>
  corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length] ?? [x, y]
    return sum + (x * nextY - nextX * y) / 2
  }, 0)

describe("a polygon that is clipped", () => {
  test("keeps the half in which the normal points", () => {
    expect(area(clip(square, [1, 0]))).toBeCloseTo(2, 12)
    expect(clip(square, [1, 0]).every(([x]) => x >= -1e-12)).toBe(true)
  })

  test("stays whole for a normal of zero", () => {
    expect(clip(square, [0, 0])).toEqual(square)
  })
})

describe("the dual cone in a plane", () => {
  test("of one gradient is a half-plane, of two at right angles a quarter", () => {
    expect(area(dualCone([[0, 2]], square))).toBeCloseTo(2, 12)
    expect(
      area(
        dualCone(
          [
            [3, 0],
            [0, 0.1]
          ],
          square
        )
      )
    ).toBeCloseTo(1, 12)
  })

  test("of opposed gradients is a line, and of gradients all around the origin alone", () => {
    const line = dualCone(
      [
        [1, 0],
        [-2, 0]
      ],
      square
    )
    expect(area(line)).toBeCloseTo(0, 6)
    expect(Math.max(...line.map(([, y]) => y))).toBeCloseTo(1, 6)
    const around = dualCone(
      [
        [1, 0],
        [-1, 1],
        [-1, -1]
      ],
      square
    )
    expect(around.every(([x, y]) => Math.hypot(x, y) < 1e-6)).toBe(true)
  })
})

describe("the cone of gradients in a plane", () => {
  test("lies between its outermost gradients", () => {
    const quarter = gradientCone(
      [
        [1, 0],
        [1, 1],
        [0, 1]
      ],
      square
    )
    expect(area(quarter)).toBeCloseTo(1, 12)
  })

  test("is the whole plane where gradients point all around, and nothing where there are none", () => {
    const around = gradientCone(
      [
        [1, 0],
        [-1, 1],
        [-1, -1]
      ],
      square
    )
    expect(area(around)).toBeCloseTo(4, 12)
    expect(gradientCone([[0, 0]], square)).toEqual([])
  })

  test("is the dual of the dual: where one is narrow the other is wide", () => {
    for (const angle of [0.3, 1.2, 2.4]) {
      const rows = [
        [1, 0],
        [Math.cos(angle), Math.sin(angle)]
      ]
      const [cone, dual] = [area(gradientCone(rows, disc(1))), area(dualCone(rows, disc(1)))]
      // Sectors of angle and π − angle; the disc is a polygon of 72 corners.
      expect(cone / (cone + dual)).toBeCloseTo(angle / Math.PI, 1)
      expect(cone + dual).toBeCloseTo(Math.PI / 2, 1)
    }
  })
})

describe("the dual cone in space", () => {
  const axes = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ]

  test("of the three axes has three walls, each a quarter of a disc at right angles to its row", () => {
    const found = walls(axes, 2)
    expect(found.map(({ row }) => row)).toEqual([0, 1, 2])
    for (const { row, corners } of found) {
      for (const corner of corners) {
        expect(Math.abs(corner[row] ?? 1)).toBeLessThan(1e-12)
        for (const entry of corner) expect(entry).toBeGreaterThan(-1e-9)
        expect(Math.hypot(...corner)).toBeLessThanOrEqual(2 + 1e-9)
      }
    }
  })

  test("holds an eighth of all directions", () => {
    expect(safeDirections(axes, 1).length / 600).toBeCloseTo(1 / 8, 1)
    expect(safeDirections([...axes, [-1, -1, -1]], 1)).toEqual([])
  })

  test("has no wall for a row of zeros", () => {
    expect(
      walls(
        [
          [0, 0, 0],
          [0, 0, 1]
        ],
        1
      ).map(({ row }) => row)
    ).toEqual([1])
  })
})

test("the hull of a square and points in it is the square", () => {
  expect(area(hull([...square, [0, 0], [0.5, 0.2], [1, 0]]))).toBeCloseTo(4, 12)
  expect(hull([[0.1, 0.1], ...square, [0.2, -0.3]])).toHaveLength(4)
})
