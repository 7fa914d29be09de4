/** What the definitions of the methods that the module solves demand of their weights, on the property samples. */
import { describe, expect, test } from "bun:test"
import { alignedMtl, alignedMtlMethod } from "../src/methods/aligned-mtl.ts"
import { cagrad, cagradMethod } from "../src/methods/cagrad.ts"
import { config, configMethod } from "../src/methods/config.ts"
import { fairgrad, fairgradMethod } from "../src/methods/fairgrad.ts"
import { imtlG, imtlGMethod } from "../src/methods/imtl-g.ts"
import { mgda, mgdaMethod } from "../src/methods/mgda.ts"
import { nashMtl, nashMtlMethod } from "../src/methods/nash-mtl.ts"
import { pcd, pcdMethod } from "../src/methods/pcd.ts"
import { plan, weigh } from "./plan.ts"
import { heavyTailedRows, normal, normalRows, type Rows, samples, stronglyStationaryRows } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const scaled = (rows: Rows, factor: number) => rows.map((row) => row.map((entry) => entry * factor))
const unit = (row: readonly number[]) => row.map((entry) => entry / length(row))
const close = (seen: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-10) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

for (const { name, rows } of samples) {
  const m = rows.length
  const longest = Math.max(...rows.map(length))
  /** Almost surely, for random rows; other rows need not have a solution of every method's equations. */
  const independent = m <= (rows[0] ?? []).length

  describe(name, () => {
    test("mgda: weights on the simplex, and no row gains less than ‖A‖²", () => {
      const { weights, direction, certificate } = weigh(mgdaMethod, mgda(), rows)
      expect(weights.every((weight) => weight >= 0)).toBe(true)
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
      const square = dot(direction, direction)
      for (const row of rows) expect(dot(row, direction)).toBeGreaterThan(square - 1e-9 * length(row) * longest)
      expect(certificate).toMatchObject({ kind: "iteration", status: "certified" })
    })

    test("mgda: Frank-Wolfe is never shorter, and ends near", () => {
      const exact = length(weigh(mgdaMethod, mgda(), rows).direction)
      const options = mgda({ solver: "frank-wolfe", epsilon: 0, iterations: 5000 })
      const iterated = length(weigh(mgdaMethod, options, rows).direction)
      expect(iterated).toBeGreaterThan(exact - 1e-9 * longest)
      expect(iterated).toBeLessThan(exact * 1.01 + 0.02 * longest)
    })

    test("cagrad: at the distance c ‖g₀‖ from the mean, and no point of the ball is better for the worst row", () => {
      const { direction, certificate } = weigh(cagradMethod, cagrad({ c: 0.4 }), rows)
      const mean = (rows[0] ?? []).map((_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0) / m, 0))
      const radius = 0.4 * length(mean)
      const distance = length(mean.map((entry, k) => entry - (direction[k] ?? 0)))
      expect(distance).toBeLessThan(radius * (1 + 1e-8))
      expect(certificate?.status).toBe("certified")
      const worst = (x: ArrayLike<number>) => Math.min(...rows.map((row) => dot(row, x)))
      const next = normal(m)
      for (let draw = 0; draw < 50; draw++) {
        // Near the maximiser, and back into the ball.
        const step = mean.map((_, k) => (direction[k] ?? 0) + 0.1 * radius * next())
        const away = step.map((entry, k) => entry - (mean[k] ?? 0))
        const share = Math.min(1, radius / length(away))
        const other = away.map((entry, k) => (mean[k] ?? 0) + share * entry)
        expect(worst(other)).toBeLessThan(worst(direction) + 1e-9 * longest * longest)
      }
    })

    test("cagrad: c = 0 is the preference", () => {
      const preference = rows.map((_, i) => 1 + i)
      close(weigh(cagradMethod, cagrad({ c: 0, preference }), rows).weights, preference, 1e-15)
    })

    test("fairgrad: α = 0 is the mean", () => {
      const { weights, certificate } = weigh(fairgradMethod, fairgrad({ alpha: 0 }), rows)
      expect(weights).toEqual(new Float64Array(m).fill(1 / m))
      expect(certificate).toBeNull()
    })

    if (independent || name.startsWith("agreeing")) {
      test("nash-mtl and fairgrad: (Gw)_i = w_i^(−1/α), so that every row gains", () => {
        for (const alpha of [0.5, 1, 2]) {
          const { weights, direction, certificate } = weigh(fairgradMethod, fairgrad({ alpha }), rows)
          rows.forEach((row, i) => {
            expect(dot(row, direction) * (weights[i] ?? 0) ** (1 / alpha)).toBeCloseTo(1, 7)
          })
          expect(certificate?.status).toBe("certified")
        }
        const { weights, direction, certificate } = weigh(nashMtlMethod, nashMtl({ maxNorm: 0 }), rows)
        rows.forEach((row, i) => {
          expect(dot(row, direction) * (weights[i] ?? 0)).toBeCloseTo(1, 7)
        })
        expect(length(direction)).toBeCloseTo(Math.sqrt(m), 7)
        expect(certificate?.status).toBe("certified")
        close(
          weigh(nashMtlMethod, nashMtl({ maxNorm: 0.3 }), rows).direction,
          scaled([Array.from(direction)], 0.3 / Math.sqrt(m))[0] ?? []
        )
      })
    }

    if (independent) {
      test("fairgrad: nearer to the direction of mgda as α grows", () => {
        const expected = weigh(mgdaMethod, mgda(), rows).direction
        const cosine = (alpha: number) => {
          const { direction } = weigh(fairgradMethod, fairgrad({ alpha }), rows)
          return dot(direction, expected) / length(direction) / length(expected)
        }
        expect(cosine(2)).toBeGreaterThan(cosine(0.5) - 1e-12)
        expect(cosine(10)).toBeGreaterThan(cosine(2) - 1e-12)
        expect(cosine(10)).toBeGreaterThan(0.99)
      })

      test("imtl-g: weights sum to one, and every row has the same component", () => {
        const { weights, direction } = weigh(imtlGMethod, imtlG(), rows)
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
        const components = rows.map((row) => dot(unit(row), direction))
        const first = components[0] ?? 0
        for (const component of components) expect(component / first).toBeCloseTo(1, 6)
      })

      test("config: the same cosine to every row, as long as the sum of the components", () => {
        const { direction } = weigh(configMethod, config(), rows)
        const cosines = rows.map((row) => dot(unit(row), direction) / length(direction))
        const first = cosines[0] ?? 0
        expect(first).toBeGreaterThan(0)
        for (const cosine of cosines) expect(cosine / first).toBeCloseTo(1, 8)
        const components = rows.reduce((sum, row) => sum + dot(row, direction) / length(direction), 0)
        expect(length(direction) / components).toBeCloseTo(1, 10)
      })

      test("config: cosines in the ratios of the preference", () => {
        const preference = rows.map((_, i) => 1 + i)
        const { direction } = weigh(configMethod, config({ preference }), rows)
        const cosines = rows.map((row, i) => dot(unit(row), direction) / length(direction) / (1 + i))
        const first = cosines[0] ?? 0
        for (const cosine of cosines) expect(cosine / first).toBeCloseTo(1, 7)
      })

      test("aligned-mtl: the rows that are combined are orthogonal, of equal length √s", () => {
        for (const scaleMode of ["min", "median", "rmse"] as const) {
          const cutoff = 1e-14
          const at = (preference: readonly number[]) =>
            weigh(alignedMtlMethod, alignedMtl({ scaleMode, cutoff, preference }), rows).direction
          // Weights are linear in the preference: row i is the change of the direction with its entry.
          const ones = rows.map(() => 1)
          const base = at(ones)
          const aligned = rows.map((_, i) => {
            const moved = at(ones.map((one, k) => (k === i ? 2 : one)))
            return Array.from(moved, (entry, k) => entry - (base[k] ?? 0))
          })
          const lengths = aligned.map(length)
          const first = lengths[0] ?? 0
          aligned.forEach((row, i) => {
            expect((lengths[i] ?? 0) / first).toBeCloseTo(1, 5)
            for (const other of aligned.slice(0, i))
              expect(Math.abs(dot(row, other))).toBeLessThan(1e-5 * first * first)
          })
          // The mean eigenvalue is the mean of the squared lengths.
          const mean = rows.reduce((sum, row) => sum + dot(row, row) / m, 0)
          if (scaleMode === "rmse") expect((first * first) / mean).toBeCloseTo(1, 5)
          else expect(first * first).toBeLessThan(mean * (1 + 1e-9))
        }
      })
    }
  })
}

describe("two rows", () => {
  test("Nash-MTL, IMTL-G and ConFIG go along the bisector", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = heavyTailedRows(2, 5, seed)
      const [first = [], second = []] = rows.map(unit)
      const bisector = first.map((entry, k) => entry + (second[k] ?? 0))
      for (const { direction } of [
        weigh(nashMtlMethod, nashMtl(), rows),
        weigh(imtlGMethod, imtlG(), rows),
        weigh(configMethod, config(), rows)
      ]) {
        expect(dot(direction, bisector) / length(direction) / length(bisector)).toBeCloseTo(1, 10)
      }
    }
  })
})

describe("every method", () => {
  for (const [name, at, power] of [
    ["mgda", (rows: Rows) => weigh(mgdaMethod, mgda(), rows), 1],
    ["mgda, frank-wolfe", (rows: Rows) => weigh(mgdaMethod, mgda({ solver: "frank-wolfe" }), rows), 1],
    ["cagrad", (rows: Rows) => weigh(cagradMethod, cagrad(), rows), 1],
    ["imtl-g", (rows: Rows) => weigh(imtlGMethod, imtlG(), rows), 1],
    ["aligned-mtl", (rows: Rows) => weigh(alignedMtlMethod, alignedMtl(), rows), 1],
    ["nash-mtl", (rows: Rows) => weigh(nashMtlMethod, nashMtl(), rows), 0],
    ["nash-mtl, official", (rows: Rows) => weigh(nashMtlMethod, nashMtl({ solver: "official" }), rows), null],
    ["fairgrad", (rows: Rows) => weigh(fairgradMethod, fairgrad(), rows), 0],
    ["config", (rows: Rows) => weigh(configMethod, config(), rows), 1],
    ["pcd", (rows: Rows) => weigh(pcdMethod, pcd({ epsilon: 0 }), rows), 1]
  ] as const) {
    test(`${name}: all rows from 1e-150 to 1e150 times as long`, () => {
      const rows = normalRows(4, 6, 2)
      const expected = at(rows).direction
      for (const factor of [1e-150, 1e-20, 1e20, 1e150]) {
        const { direction, weights } = at(scaled(rows, factor))
        expect(weights.every(Number.isFinite)).toBe(true)
        if (power === null) continue
        const shrunk = Array.from(direction, (entry) => (power === 1 ? entry / factor : entry))
        close(shrunk, expected, 1e-9)
      }
    })

    test(`${name}: rows of very different lengths have finite weights`, () => {
      const rows = normalRows(5, 8, 3).map((row, i) => row.map((entry) => entry * (10 ** (75 * i) / 1e150)))
      expect(at(rows).weights.every(Number.isFinite)).toBe(true)
    })

    test(`${name}: a row of zeros, zeros alone, equal rows and opposite rows have finite weights`, () => {
      for (const rows of [
        [...normalRows(3, 5, 1), [0, 0, 0, 0, 0]],
        [[0, 0, 0, 0, 0], ...normalRows(3, 5, 1)],
        [
          [0, 0],
          [0, 0]
        ],
        [[0]],
        [
          [1, 2],
          [1, 2],
          [1, 2]
        ],
        [[1], [-1]],
        stronglyStationaryRows(5, 9, 4)
      ]) {
        const { weights, direction } = at(rows)
        expect(weights.every(Number.isFinite)).toBe(true)
        expect(direction.every(Number.isFinite)).toBe(true)
      }
    })

    test(`${name}: one row`, () => {
      const { direction } = at([[3, 4]])
      expect(dot(direction, [3, 4]) / 5 / length(direction)).toBeCloseTo(1, 12)
    })
  }

  test("weighs a Gramian in the module's memory in place, to the same bits", () => {
    using owner = plan(mgdaMethod, mgda(), 6)
    const rows = normalRows(6, 9, 8)
    const values = Float64Array.from(rows.flatMap((row) => rows.map((other) => dot(row, other))))
    const expected = owner.weigh({ objectives: 6, values }).weights.slice()
    using weighting = plan(mgdaMethod, mgda(), 6)
    weighting.weigh({ objectives: 6, values: values.map((_, k) => Number(k % 7 === 0)) })
    expect(weighting.weigh({ objectives: 6, values }).weights.slice()).toEqual(expected)
  })

  test("says so when it is used after its disposal", () => {
    for (const weighting of [plan(mgdaMethod, mgda(), 2), plan(pcdMethod, pcd(), 2)]) {
      weighting[Symbol.dispose]()
      weighting[Symbol.dispose]()
      expect(() => weighting.weigh({ objectives: 2, values: Float64Array.of(1, 0, 0, 1) })).toThrow("disposed")
    }
  })
})

test("weights of methods with a preference follow it", () => {
  // Orthogonal rows of length 1: Aligned-MTL's B and CAGrad's ball leave the preference as it is, up to c.
  const rows = [
    [1, 0],
    [0, 1]
  ]
  const preference = [0.2, 0.8]
  close(weigh(alignedMtlMethod, alignedMtl({ preference }), rows).weights, preference, 1e-12)
  close(weigh(cagradMethod, cagrad({ c: 0, preference }), rows).weights, preference, 1e-12)
  // ConFIG: along (.2, .8), as long as the sum of the components, 1/√.68.
  close(weigh(configMethod, config({ preference }), rows).weights, [0.2 / 0.68, 0.8 / 0.68], 1e-12)
})
