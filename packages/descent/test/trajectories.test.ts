/** Measures of paths, and the geometry under their pictures. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { bloopBias } from "../src/problems/bloop-bias.ts"
import { cqf } from "../src/problems/cqf.ts"
import { ewq } from "../src/problems/ewq.ts"
import { pixel, scaleInto, ticks, tickText } from "../src/trajectories/axes.ts"
import { conflict, conflictField } from "../src/trajectories/conflict-field.ts"
import { contour } from "../src/trajectories/contour.ts"
import { measureTrajectory } from "../src/trajectories/measure.ts"
import { type Pixel, type TimedPixel, thin, thinInTime } from "../src/trajectories/thin.ts"

describe("measures of a path", () => {
  test("sum what each objective lost on the way, step by step", () => {
    // f = (x₁², x₂²): (1, 2) → (2, 1) → (3, 1) → (0, 2) has values (1, 4), (4, 1), (9, 1), (0, 4).
    const path = [
      [1, 2],
      [2, 1],
      [3, 1],
      [0, 2]
    ].map((point) => Float64Array.from(point))
    expect(measureTrajectory(ewq, path)).toEqual({
      end: Float64Array.of(0, 2),
      values: Float64Array.of(0, 4),
      largestIncrease: 5,
      increases: Float64Array.of(8, 3),
      totalIncrease: 11,
      distance: 2
    })
  })

  test("the mean on CQF lets f₁ grow by 1.23 in all from (0.5, 0.5), as in the paper's runs", () => {
    const x = Float64Array.of(0.5, 0.5)
    const path = [x.slice()]
    for (let k = 0; k < cqf.protocol.steps; k++) {
      const [a = 0, b = 0, c = 0, d = 0] = cqf.jacobian(x)
      x[0] = (x[0] ?? 0) - (cqf.protocol.learningRate * (a + c)) / 2
      x[1] = (x[1] ?? 0) - (cqf.protocol.learningRate * (b + d)) / 2
      path.push(x.slice())
    }
    const { increases, largestIncrease, end, distance } = measureTrajectory(cqf, path)
    expect(increases[0]).toBeCloseTo(1.23, 2)
    expect(largestIncrease).toBeLessThan(0.2)
    expect(end[1]).toBeCloseTo(4.14, 2)
    expect(distance).toBeCloseTo(0.0296, 3)
  })

  test("a path of one point has done nothing yet", () => {
    const { largestIncrease, totalIncrease, distance } = measureTrajectory(ewq, [Float64Array.of(3, 4)])
    expect([largestIncrease, totalIncrease, distance]).toEqual([0, 0, 5])
  })

  test("a path that diverged measures NaN, not nothing", () => {
    const { totalIncrease, distance } = measureTrajectory(ewq, [Float64Array.of(1, 1), Float64Array.of(Number.NaN, 1)])
    expect(totalIncrease).toBeNaN()
    expect(distance).toBeNaN()
  })

  test("without a Pareto set there is no distance", () => {
    expect(measureTrajectory(bloopBias(Math), [new Float64Array(100)]).distance).toBeNull()
  })

  test("an empty path and a point of the wrong length are refused", () => {
    expect(() => measureTrajectory(ewq, [])).toThrow(InputError)
    expect(() => measureTrajectory(ewq, [new Float64Array(2), new Float64Array(3)])).toThrow(
      "the length of point 1 of the path is 3; ewq has 2 parameters"
    )
  })
})

describe("thinning a line", () => {
  const wave: readonly Pixel[] = Array.from({ length: 500 }, (_, i) => [i / 5, 20 * Math.sin(i / 30)])

  test("keeps every point within the tolerance of the thinned line", () => {
    const kept = thin(wave, 0.5)
    expect(kept.length).toBeLessThan(60)
    for (const point of wave) {
      const nearest = Math.min(...kept.slice(1).map((end, k) => distance(point, kept[k] ?? end, end)))
      expect(nearest).toBeLessThanOrEqual(0.5 + 1e-12)
    }
  })

  test("keeps the ends and nothing else of a straight line", () => {
    const line: readonly Pixel[] = Array.from({ length: 9 }, (_, i) => [i, 2 * i])
    expect(thin(line, 0.1)).toEqual([
      [0, 0],
      [8, 16]
    ])
  })

  test("keeps to a number of points", () => {
    expect(thin(wave, 0.01, 12).length).toBeLessThanOrEqual(12)
    expect(thin(wave, 0.01, 1)).toHaveLength(2)
  })

  test("of a line that is played, keeps where one is at each time, not only the way", () => {
    const slowing: readonly TimedPixel[] = Array.from({ length: 50 }, (_, time) => [100 * (1 - 0.9 ** time), 0, time])
    const kept = thinInTime(slowing, 0.5)
    expect(kept.length).toBeGreaterThan(4)
    expect(kept.length).toBeLessThan(20)
    for (const [x, , time] of slowing) {
      const after = Math.max(
        1,
        kept.findIndex((point) => point[2] >= time)
      )
      const [from, to] = [kept[after - 1] ?? [0, 0, 0], kept[after] ?? [0, 0, 0]]
      expect(Math.abs(from[0] + ((time - from[2]) / (to[2] - from[2])) * (to[0] - from[0]) - x)).toBeLessThanOrEqual(
        0.5
      )
    }
    const even: readonly TimedPixel[] = Array.from({ length: 9 }, (_, time) => [time, 2 * time, time])
    expect(thinInTime(even, 0.1)).toHaveLength(2)
  })

  test("leaves lines without an inside alone", () => {
    expect(thin([], 1)).toEqual([])
    expect(thin([[3, 4]], 1)).toEqual([[3, 4]])
  })
})

describe("regions of a grid", () => {
  const grid = (size: number, f: (x: number, y: number) => number) => ({
    columns: size,
    rows: size,
    samples: Float64Array.from({ length: size * size }, (_, k) => f(k % size, Math.floor(k / size)))
  })

  test("a disc is one line that encloses πr²", () => {
    const lines = contour(
      grid(101, (x, y) => -Math.hypot(x - 50, y - 50)),
      -30
    )
    expect(lines).toHaveLength(1)
    expect(area(lines) / (Math.PI * 900)).toBeCloseTo(1, 3)
  })

  test("a region that fills the grid is its border", () => {
    expect(
      area(
        contour(
          grid(11, () => 1),
          0
        )
      )
    ).toBeCloseTo(100, 6)
    expect(
      contour(
        grid(11, () => -1),
        0
      )
    ).toEqual([])
  })

  test("a half plane is cut at the very place, also between samples", () => {
    expect(
      area(
        contour(
          grid(11, (x) => x),
          3.25
        )
      )
    ).toBeCloseTo(67.5, 6)
  })

  test("a ring has two borders that turn opposite ways", () => {
    const lines = contour(
      grid(101, (x, y) => -Math.abs(Math.hypot(x - 50, y - 50) - 30)),
      -10
    )
    expect(lines).toHaveLength(2)
    expect(area(lines) / (Math.PI * (1600 - 400))).toBeCloseTo(1, 2)
  })

  test("diagonal corners are joined where the middle of the cell belongs to the region", () => {
    const corners = (value: number) => ({ columns: 2, rows: 2, samples: Float64Array.of(1, value, value, 1) })
    expect(contour(corners(-0.5), 0)).toHaveLength(1)
    expect(contour(corners(-1.5), 0)).toHaveLength(2)
  })
})

describe("the field of conflict", () => {
  test("is the cube of the cosine, and 0 where a gradient is 0", () => {
    expect(conflict(cqf, Float64Array.of(0, -1e6))).toBeLessThan(1)
    expect(conflict(cqf, Float64Array.of(1, 0))).toBe(0)
    const [a = 0, b = 0, c = 0, d = 0] = cqf.jacobian(Float64Array.of(0.3, 1))
    const cosine = (a * c + b * d) / (Math.hypot(a, b) * Math.hypot(c, d))
    expect(conflict(cqf, Float64Array.of(0.3, 1))).toBeCloseTo(cosine ** 3, 12)
  })

  test("is not drawn where all gradients are orthogonal", () => {
    const plane = ewq.view.parameters
    expect(plane === null ? "" : conflictField(ewq, plane, 100)).toBeNull()
  })
})

describe("axes", () => {
  test("have few and round numbers", () => {
    expect(ticks([-1.1, 1.1], 6)).toEqual([-1, -0.5, 0, 0.5, 1])
    expect(ticks([-1.1, 1.1], 4)).toEqual([-1, 0, 1])
    expect(ticks([0, 1], 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(ticks([4000, 17_500], 4)).toEqual([5000, 10_000, 15_000])
    expect(ticks([0.012, 0.013], 3)).toEqual([0.012, 0.0125, 0.013])
  })

  test("write a minus sign, and thousands short", () => {
    expect([-2, 0.1 + 0.2, 15_000, -12_500].map(tickText)).toEqual(["−2", "0.3", "15k", "−12.5k"])
  })

  test("a window fills its square, upwards", () => {
    const scale = scaleInto({ x: [-5, 5], y: [0, 2] }, 200)
    expect([scale([-5, 0]), scale([5, 2]), scale([0, 0.5])]).toEqual([
      [0, 200],
      [200, 0],
      [100, 150]
    ])
  })

  test("pixels have at most one decimal", () => {
    expect([0.04, -0.04, 3, 2.26].map(pixel)).toEqual(["0", "0", "3", "2.3"])
  })
})

function distance([x, y]: Pixel, [ax, ay]: Pixel, [bx, by]: Pixel): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
}

/** The area that closed lines enclose, by the shoelace formula; holes count against it. */
function area(lines: readonly (readonly (readonly [number, number])[])[]): number {
  let twice = 0
  for (const line of lines) {
    line.forEach(([x, y], k) => {
      const [nextX, nextY] = line[(k + 1) % line.length] ?? [x, y]
      twice += x * nextY - nextX * y
    })
  }
  return Math.abs(twice) / 2
}
