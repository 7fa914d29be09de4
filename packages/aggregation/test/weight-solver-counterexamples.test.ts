/** The counterexamples of "Jacobian Descent" (arXiv 2406.16232, appendix C), and what else the list of methods denies. */
import { describe, expect, test } from "bun:test"
import { alignedMtl, alignedMtlMethod } from "../src/methods/aligned-mtl.ts"
import { cagrad, cagradMethod } from "../src/methods/cagrad.ts"
import { config, configMethod } from "../src/methods/config.ts"
import { fairgrad, fairgradMethod } from "../src/methods/fairgrad.ts"
import { imtlG, imtlGMethod } from "../src/methods/imtl-g.ts"
import { mgda, mgdaMethod } from "../src/methods/mgda.ts"
import { nashMtl, nashMtlMethod } from "../src/methods/nash-mtl.ts"
import { pcd, pcdMethod } from "../src/methods/pcd.ts"
import { weigh } from "./plan.ts"
import { normalRows, type Rows, samples, uniform } from "./samplers.ts"
import { dot, length, relativeDistance } from "./vectors.ts"

const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-10) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)
const scaled = (rows: Rows, factors: readonly number[]) =>
  rows.map((row, i) => row.map((entry) => entry * (factors[i] ?? 1)))
const gains = (rows: Rows, direction: ArrayLike<number>) => rows.map((row) => dot(row, direction))

describe("MGDA", () => {
  const at = (rows: Rows) => weigh(mgdaMethod, mgda(), rows).direction

  test("of (2, 0) and (a, a) is not linear in a", () => {
    const rows = (a: number) => [
      [2, 0],
      [a, a]
    ]
    for (const a of [0.1, 0.5, 1]) close(at(rows(a)), [a, a])
    for (const a of [2, 3, 10]) close(at(rows(a)), [2, 0])
    close(at(rows(1.8)), [1.97561, 0.219512], 1e-5)
  })

  test("is zero where a row is", () => {
    expect(
      length(
        at([
          [3, 1],
          [0, 0],
          [1, 1]
        ])
      )
    ).toBe(0)
  })

  test("has weights that are not Lipschitz in the gradients (CR-MOGM, proposition 2)", () => {
    // Of the rows (s, 0) and (0, s + h) the weights are ((s + h)², s²) / sum: their derivative in h is 1/s at h = 0, up
    // to a constant, and grows without bound as the gradients shrink.
    const weights = (s: number, h: number) =>
      weigh(mgdaMethod, mgda(), [
        [s, 0],
        [0, s + h]
      ]).weights
    for (const s of [1, 1e-3, 1e-6, 1e-9]) {
      const h = s / 1000
      const [before, after] = [weights(s, 0), weights(s, h)]
      const change = length(Array.from(after, (entry, i) => entry - (before[i] ?? 0)))
      expect((change / h) * s).toBeGreaterThan(0.7)
    }
  })
})

describe("IMTL-G", () => {
  const at = (rows: Rows) => weigh(imtlGMethod, imtlG(), rows)

  test("of 1, −1 and −1 conflicts with the first", () => {
    const { weights, direction } = at([[1], [-1], [-1]])
    close(weights, [-1, 1, 1])
    close(direction, [-3])
  })

  test("of diag(a, 1) is a/(a + 1) in both coordinates, not linear in a", () => {
    for (const a of [0.1, 1, 7]) close(at(scaled(diagonal, [a, 1])).direction, [a / (a + 1), a / (a + 1)])
  })

  test("is zero where the weights have no sum", () => {
    expect(Array.from(at([[1], [-1]]).weights)).toEqual([0, 0])
  })

  test("depends on the cutoff where a row is short", () => {
    const rows = scaled(diagonal, [1e-4, 1])
    const float32 = weigh(imtlGMethod, imtlG({ cutoff: 2 * 2 ** -23 }), rows)
    close(at(rows).direction, [1e-4 / 1.0001, 1e-4 / 1.0001])
    close(float32.weights, [0, 1])
  })
})

describe("CAGrad", () => {
  const at = (rows: Rows, c = 0.5) => weigh(cagradMethod, cagrad({ c }), rows).direction

  test("of (2, 0) and (−2a − 2, 2) conflicts for c < 1 and a large", () => {
    const rows = [
      [2, 0],
      [-6, 2]
    ]
    close(at(rows), [-0.881966, 1], 1e-6)
    expect(Math.min(...gains(rows, at(rows)))).toBeLessThan(-1)
  })

  test("of diag(2, 2a) is not linear in a", () => {
    close(at(scaled(diagonal, [2, 4])), [2.118034, 2], 1e-6)
    close(at(scaled(diagonal, [2, 6])), [2.581139, 3], 1e-6)
  })

  test("conflicts with no row for c ≥ 1", () => {
    const dependent = Array.from({ length: 40 }, (_, seed) => ({ rows: normalRows(6, 3, seed) }))
    for (const { rows } of [...samples, ...dependent]) {
      for (const c of [1, 2]) {
        const direction = at(rows, c)
        const worst = Math.min(...rows.map((row) => dot(row, direction) / length(row)))
        expect(worst).toBeGreaterThan(-1e-7 * Math.max(...rows.map(length)))
      }
    }
  })
})

describe("Nash-MTL", () => {
  const at = (rows: Rows) => weigh(nashMtlMethod, nashMtl(), rows).direction

  test("does not change with one factor for all rows, so it is not linear", () => {
    const rows = normalRows(4, 6, 1)
    for (const factor of [1e-100, 1e-3, 50, 1e100]) {
      close(at(scaled(rows, [factor, factor, factor, factor])), Array.from(at(rows)))
    }
  })
})

describe("FairGrad", () => {
  test("of one row has a length that is not linear: ‖g‖^((1 − α)/(1 + α))", () => {
    for (const alpha of [0.5, 1, 3]) {
      const { direction } = weigh(fairgradMethod, fairgrad({ alpha }), [[3, 4]])
      expect(length(direction)).toBeCloseTo(5 ** ((1 - alpha) / (1 + alpha)), 12)
    }
  })
})

describe("Aligned-MTL", () => {
  const at = (rows: Rows) => weigh(alignedMtlMethod, alignedMtl(), rows).direction

  test("conflicts with a row where rows are dependent", () => {
    const rows = [
      [Math.sqrt(3) / 2, 0],
      [-0.5, 0]
    ]
    close(gains(rows, at(rows)), [(3 - Math.sqrt(3)) / 8, (1 - Math.sqrt(3)) / 8])
  })

  test("of diag(1, a) is a/2 or 1/2 in both coordinates, whichever is less", () => {
    close(at(scaled(diagonal, [1, 0.3])), [0.15, 0.15])
    close(at(scaled(diagonal, [1, 5])), [0.5, 0.5])
  })

  test("depends on the cutoff where a row is short: float32's leaves its eigenvalue out", () => {
    const rows = scaled(diagonal, [1e-4, 1])
    const float32 = weigh(alignedMtlMethod, alignedMtl({ cutoff: 2 * 2 ** -23 }), rows)
    close(at(rows), [0.5e-4, 0.5e-4])
    close(float32.direction, [0, 0.5])
    // The default, m · 2⁻⁵², from either side.
    const least = Math.sqrt(2 * 2 ** -52)
    close(at(scaled(diagonal, [1.1 * least, 1])), [0.55 * least, 0.55 * least], 1e-12)
    close(at(scaled(diagonal, [0.9 * least, 1])), [0, 0.5])
  })
})

describe("ConFIG", () => {
  test("of 1, −1 and −1 conflicts with the first", () => {
    // x = U⁺ 1 = −1/3; the sum of the components along −1 is 1.
    const { direction } = weigh(configMethod, config(), [[1], [-1], [-1]])
    close(direction, [-1])
  })
})

describe("PCD", () => {
  test("conflicts with the primary where a secondary opposes it", () => {
    const { direction } = weigh(pcdMethod, pcd({ tau: 0.5 }), [[2], [-3]])
    close(direction, [-2])
  })
})

describe("not linear under scaling", () => {
  const rows = [
    [2, 0],
    [-4, 2]
  ]
  for (const [name, at] of [
    ["mgda", (of: Rows) => weigh(mgdaMethod, mgda(), of)],
    ["cagrad", (of: Rows) => weigh(cagradMethod, cagrad(), of)],
    ["imtl-g", (of: Rows) => weigh(imtlGMethod, imtlG(), of)],
    ["aligned-mtl", (of: Rows) => weigh(alignedMtlMethod, alignedMtl(), of)],
    ["nash-mtl", (of: Rows) => weigh(nashMtlMethod, nashMtl(), of)],
    ["fairgrad", (of: Rows) => weigh(fairgradMethod, fairgrad(), of)]
  ] as const) {
    test(name, () => {
      const [first, second] = [at(scaled(rows, [1, 0.1])).direction, at(scaled(rows, [0.1, 2])).direction]
      const expected = Array.from(first, (entry, k) => entry + (second[k] ?? 0))
      expect(relativeDistance(at(scaled(rows, [1.1, 2.1])).direction, expected)).toBeGreaterThan(0.01)
    })
  }
})

describe("linear under scaling", () => {
  for (const [name, at] of [
    ["config", (of: Rows) => weigh(configMethod, config(), of)],
    ["pcd without epsilon", (of: Rows) => weigh(pcdMethod, pcd({ epsilon: 0 }), of)]
  ] as const) {
    test(name, () => {
      for (const { rows } of samples) {
        const next = uniform(rows.length)
        const a = Array.from(rows, () => 0.1 + next())
        const b = Array.from(rows, () => 0.01 + 10 * next())
        const together = a.map((entry, i) => entry + (b[i] ?? 0))
        const [first, second] = [at(scaled(rows, a)).direction, at(scaled(rows, b)).direction]
        const expected = Array.from(first, (entry, k) => entry + (second[k] ?? 0))
        expect(relativeDistance(at(scaled(rows, together)).direction, expected)).toBeLessThan(1e-6)
      }
    })
  }
})

const diagonal: Rows = [
  [1, 0],
  [0, 1]
]
