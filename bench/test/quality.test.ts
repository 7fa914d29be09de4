/** What counts as a loss of quality. */
import { expect, test } from "bun:test"
import { losses, tableOf } from "../quality/compare.ts"

const published = [
  { aggregator: "upgrad", area: 2, testAccuracy: 0.9 },
  { aggregator: "mean", area: 3, testAccuracy: 0.88 }
]

test("the published figures themselves, better ones and new methods are no loss", () => {
  expect(losses(published, published)).toEqual([])
  const better = [
    ...published.map((row) => ({ ...row, area: 1, testAccuracy: 1 })),
    { ...published[0], aggregator: "new" }
  ]
  expect(
    losses(
      better.map((row) => ({ area: 1, testAccuracy: 1, ...row })),
      published
    )
  ).toEqual([])
})

test("within 2 % of the area and a point of accuracy is no loss, beyond it is", () => {
  const [upgrad = { aggregator: "", area: 0, testAccuracy: 0 }, ...others] = published
  expect(losses([{ ...upgrad, area: 2.039, testAccuracy: 0.891 }, ...others], published)).toEqual([])
  expect(losses([{ ...upgrad, area: 2.05, testAccuracy: 0.889 }, ...others], published)).toEqual([
    "upgrad: the area under the loss is 2.050, and was 2.000",
    "upgrad: the test accuracy is 88.9 %, and was 90.0 %"
  ])
})

test("a method that is gone, or whose figures are no numbers, is a loss", () => {
  const broken = published.map((row) => ({ ...row, area: Number.NaN, testAccuracy: Number.NaN }))
  expect(losses(published.slice(1), published)).toEqual(["upgrad is missing"])
  expect(losses(broken, published)).toHaveLength(4)
})

test("the table has the published figures in brackets", () => {
  expect(tableOf(published.slice(0, 1), published)).toContain("| upgrad | 2.000 (2.000) | 90.0 % (90.0 %) |")
  expect(tableOf(published.slice(0, 1), [])).toContain("| upgrad | 2.000 | 90.0 % |")
})
