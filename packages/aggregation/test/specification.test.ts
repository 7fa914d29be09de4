import { describe, expect, test } from "bun:test"
import {
  constant,
  dualproj,
  mean,
  methods,
  paper,
  parseAggregator,
  parseRidge,
  strict,
  sum,
  upgrad
} from "@dualcone/aggregation"
import { examples } from "./examples.ts"

describe("a specification", () => {
  test("is plain data with its defaults filled in", () => {
    expect(upgrad()).toEqual({ name: "upgrad", ridge: { kind: "trace", epsilon: 1e-4 }, solver: "pivoting" })
    expect(dualproj({ ridge: strict, preference: [1, 2] })).toEqual({
      name: "dualproj",
      ridge: { kind: "diagonal", epsilon: 1e-8 },
      solver: "pivoting",
      preference: [1, 2]
    })
    expect(mean()).toEqual({ name: "mean" })
  })

  test("survives JSON", () => {
    const specifications = [
      upgrad({ preference: [0.2, 0.8] }),
      dualproj(),
      mean(),
      sum(),
      constant({ weights: [1, -2] })
    ]
    for (const specification of specifications) {
      expect(parseAggregator(JSON.parse(JSON.stringify(specification)))).toEqual(specification)
    }
  })

  for (const [name, aggregator] of examples(3, 4)) {
    test(`survives JSON: ${name}`, () => {
      expect(parseAggregator(JSON.parse(JSON.stringify(aggregator)))).toEqual(aggregator)
    })
  }

  test("may be a method's name alone", () => {
    expect(parseAggregator("upgrad")).toEqual(upgrad())
    expect(parseAggregator("mean")).toEqual(mean())
  })
})

describe("a ridge as text", () => {
  test("reads kind and epsilon", () => {
    expect(parseRidge("trace:1e-4")).toEqual(paper)
    expect(parseRidge("diagonal:0.5")).toEqual({ kind: "diagonal", epsilon: 0.5 })
    expect(parseRidge("none")).toEqual({ kind: "none" })
    expect(parseAggregator({ name: "upgrad", ridge: "diagonal:1e-8" })).toEqual(upgrad({ ridge: strict }))
  })
})

describe("the list of methods", () => {
  test("has distinct names in lower case, and a title and a formula for each", () => {
    expect(new Set(methods.map(({ name }) => name)).size).toBe(methods.length)
    for (const { name, title, formula } of methods) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(title.length).toBeGreaterThan(0)
      expect(formula.length).toBeGreaterThan(0)
    }
  })
})
