/** Methods that remember or draw: a restored state gives the same bits, and a seed fixes the draws. */
import { describe, expect, test } from "bun:test"
import { restoreState, saveState } from "@dualcone/aggregation"
import type { Method, Specification } from "../src/method.ts"
import { gradvac, gradvacMethod } from "../src/methods/gradvac.ts"
import { modo, modoMethod } from "../src/methods/modo.ts"
import { nashMtl, nashMtlMethod } from "../src/methods/nash-mtl.ts"
import { pcd, pcdMethod } from "../src/methods/pcd.ts"
import { pcgrad, pcgradMethod } from "../src/methods/pcgrad.ts"
import { rgw, rgwMethod } from "../src/methods/rgw.ts"
import { sdmgrad, sdmgradMethod } from "../src/methods/sdmgrad.ts"
import { plan, weighRows } from "./plan.ts"
import { heavyTailedRows, normalRows } from "./samplers.ts"

const rowsOf = (call: number) => normalRows(5, 7, 100 + call)
const bits = (weights: Float64Array) => Array.from(new BigUint64Array(weights.slice().buffer))

describe("a state saved after three calls and restored into a fresh plan gives the same bits", () => {
  const resumes = <A extends Specification>(name: string, method: Method<A>, specification: A) => {
    test(name, () => {
      using first = plan(method, specification, 5)
      for (let call = 0; call < 3; call++) weighRows(first, rowsOf(call))
      const saved = saveState(first.state)
      const expected = [3, 4, 5].map((call) => bits(weighRows(first, rowsOf(call)).weights))

      using resumed = plan(method, specification, 5)
      restoreState(resumed.state, saved)
      const seen = [3, 4, 5].map((call) => bits(weighRows(resumed, rowsOf(call)).weights))
      expect(seen).toEqual(expected)

      using fresh = plan(method, specification, 5)
      expect([3, 4, 5].map((call) => bits(weighRows(fresh, rowsOf(call)).weights))).not.toEqual(expected)
    })
  }
  resumes("pcgrad", pcgradMethod, pcgrad({ seed: 2 }))
  resumes("gradvac", gradvacMethod, gradvac({ seed: 2 }))
  resumes("rgw", rgwMethod, rgw({ seed: 2 }))
  resumes("modo", modoMethod, modo())
  resumes("sdmgrad", sdmgradMethod, sdmgrad({ learningRate: 0.1, iterations: 3 }))
  resumes("pcd", pcdMethod, pcd({ beta: 0.9 }))
  resumes("nash-mtl, official, one iteration", nashMtlMethod, nashMtl({ solver: "official", iterations: 1 }))
})

describe("a seed", () => {
  const seeded = <A extends Specification>(name: string, method: Method<A>, make: (seed: number) => A) => {
    test(`${name}: fixes the draws, and another seed changes them`, () => {
      const run = (seed: number) => {
        using weighting = plan(method, make(seed), 12)
        return [1, 2, 3].map((call) => bits(weighRows(weighting, heavyTailedRows(12, 9, call)).weights))
      }
      expect(run(4)).toEqual(run(4))
      expect(run(4)).not.toEqual(run(5))
    })

    test(`${name}: draws anew at every call`, () => {
      using weighting = plan(method, make(0), 12)
      const rows = heavyTailedRows(12, 9, 1)
      expect(bits(weighRows(weighting, rows).weights)).not.toEqual(bits(weighRows(weighting, rows).weights))
    })
  }
  seeded("pcgrad", pcgradMethod, (seed) => pcgrad({ seed }))
  seeded("gradvac", gradvacMethod, (seed) => gradvac({ seed, beta: 0 }))
  seeded("rgw", rgwMethod, (seed) => rgw({ seed }))
})

test("nash-mtl, exact, and the methods without memory have no state", () => {
  using exact = plan(nashMtlMethod, nashMtl(), 3)
  expect(exact.state.size).toBe(0)
})
