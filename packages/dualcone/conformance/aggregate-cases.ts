/** Aggregators on the two gradients (-4, 1, 1) and (6, 1, 1): G = [[18, -22], [-22, 38]]. */
import { constant, Dualcone, dualproj, InputError, mean, sum, upgrad } from "../src/index.ts"
import { bits, type ConformanceCase, close, holds } from "./case.ts"

const rows = [
  [-4, 1, 1],
  [6, 1, 1]
]

// Without ridge each row's program has a closed form: the projection of g1 is g1 + (22/38) g2, that of g2 is
// g2 + (22/18) g1, so UPGrad is half their sum. The mean is (1, 1, 1), which conflicts with g1; projected onto the
// dual cone it becomes (1, 1, 1) + (2/18) g1.
const upgradDirection = [0, 1, 2].map((k) => {
  const [a = 0, b = 0] = rows.map((row) => row[k] ?? 0)
  return (a + (22 / 38) * b + b + (22 / 18) * a) / 2
})

const cases = [
  { aggregator: upgrad({ ridge: { kind: "none" } }), expected: upgradDirection },
  { aggregator: dualproj({ ridge: { kind: "none" } }), expected: [5 / 9, 10 / 9, 10 / 9] },
  { aggregator: mean(), expected: [1, 1, 1] },
  { aggregator: sum(), expected: [2, 2, 2] },
  { aggregator: constant({ weights: [0.25, 0.5] }), expected: [2, 0.75, 0.75] }
] as const

/** Golden directions, and bad input. */
export const aggregateCases: readonly ConformanceCase[] = [
  ...cases.map(({ aggregator, expected }) => ({
    name: `${aggregator.name} of two conflicting gradients`,
    async run() {
      await using dualcone = await Dualcone.make()
      const { direction, certificate } = dualcone.aggregate(aggregator, rows)
      close(direction, expected, 1e-12)
      holds(certificate === null || certificate.status === "certified", "the weights are not certified")
      return bits(direction)
    }
  })),
  {
    name: "upgrad of 24 gradients in 40 dimensions",
    async run() {
      await using dualcone = await Dualcone.make()
      const jacobian = Array.from({ length: 24 }, (_, i) =>
        Array.from({ length: 40 }, (_, k) => ((i * 73 + k * 151 + i * k * 29) % 101) / 50 - 1)
      )
      const { direction, weights, certificate } = dualcone.aggregate(
        upgrad({ ridge: { kind: "diagonal", epsilon: 1e-8 } }),
        jacobian
      )
      holds(certificate?.status === "certified", "the weights are not certified")
      for (const row of jacobian) {
        const product = row.reduce((total, entry, k) => total + entry * (direction[k] ?? 0), 0)
        holds(product > -1e-6, `a gradient conflicts with the direction: ${product}`)
      }
      return bits(weights)
    }
  },
  {
    name: "ragged rows and NaN are refused by place",
    async run() {
      await using dualcone = await Dualcone.make()
      const wrong = [
        { jacobian: [[1, 2], [3]], place: "row 1" },
        { jacobian: [[1, Number.NaN]], place: "row 0, column 1" }
      ]
      for (const { jacobian, place } of wrong) {
        let told = ""
        try {
          dualcone.aggregate(upgrad(), jacobian)
        } catch (error) {
          if (error instanceof InputError) told = error.message
        }
        holds(told.includes(place), `the error ${JSON.stringify(told)} does not name ${place}`)
      }
      return undefined
    }
  }
]
