/** Options and Gramians that the methods on the Gramian refuse, by rule, place and value; defaults and JSON. */
import { describe, expect, test } from "bun:test"
import { InputError, loadWasm } from "@dualcone/wasm"
import type { Method, Specification } from "../src/method.ts"
import { alignedMtl, alignedMtlMethod } from "../src/methods/aligned-mtl.ts"
import { cagrad, cagradMethod } from "../src/methods/cagrad.ts"
import { config, configMethod } from "../src/methods/config.ts"
import { fairgrad, fairgradMethod } from "../src/methods/fairgrad.ts"
import { gradvac, gradvacMethod } from "../src/methods/gradvac.ts"
import { imtlG, imtlGMethod } from "../src/methods/imtl-g.ts"
import { krum, krumMethod } from "../src/methods/krum.ts"
import { mgda, mgdaMethod } from "../src/methods/mgda.ts"
import { modo, modoMethod } from "../src/methods/modo.ts"
import { nashMtl, nashMtlMethod } from "../src/methods/nash-mtl.ts"
import { pcd, pcdMethod } from "../src/methods/pcd.ts"
import { pcgrad, pcgradMethod } from "../src/methods/pcgrad.ts"
import { rgw, rgwMethod } from "../src/methods/rgw.ts"
import { sdmgrad, sdmgradMethod } from "../src/methods/sdmgrad.ts"
import { weighting } from "../src/methods.ts"
import { plan } from "./plan.ts"

const wasm = await loadWasm()

function refuses(name: string, call: () => unknown, place: string, value: unknown) {
  test(name, () => {
    let error: unknown
    try {
      call()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(InputError)
    expect(error).toMatchObject({ place, value })
  })
}

describe("options", () => {
  refuses("pcgrad: a negative seed", () => pcgrad({ seed: -1 }), "pcgrad.seed", -1)
  refuses("rgw: half a seed", () => rgw({ seed: 0.5 }), "rgw.seed", 0.5)
  refuses("gradvac: beta of 1", () => gradvac({ beta: 1 }), "gradvac.beta", 1)
  refuses("gradvac: epsilon of 0", () => gradvac({ epsilon: 0 }), "gradvac.epsilon", 0)
  refuses("krum: no number of byzantine rows", () => krumMethod.parse({}, "krum"), "krum.byzantine", undefined)
  refuses("krum: no row selected", () => krum({ byzantine: 1, selected: 0 }), "krum.selected", 0)
  const cosine = () => krumMethod.parse({ byzantine: 1, distance: "cosine" }, "krum")
  refuses("krum: another distance", cosine, "krum.distance", "cosine")
  refuses("modo: gamma of 0", () => modo({ gamma: 0 }), "modo.gamma", 0)
  refuses("modo: a negative rho", () => modo({ rho: -1 }), "modo.rho", -1)
  refuses("sdmgrad: momentum of 1", () => sdmgrad({ momentum: 1 }), "sdmgrad.momentum", 1)
  refuses("sdmgrad: no iterations", () => sdmgrad({ iterations: 0 }), "sdmgrad.iterations", 0)
  refuses("sdmgrad: a negative lambda", () => sdmgrad({ lambda: -1 }), "sdmgrad.lambda", -1)
  refuses("sdmgrad: a negative preference", () => sdmgrad({ preference: [1, -1] }), "sdmgrad.preference[1]", -1)
  refuses("mgda: another solver", () => mgdaMethod.parse({ solver: "newton" }, "mgda"), "mgda.solver", "newton")
  refuses("mgda: a negative epsilon", () => mgda({ epsilon: -1 }), "mgda.epsilon", -1)
  refuses("cagrad: a negative c", () => cagrad({ c: -0.5 }), "cagrad.c", -0.5)
  refuses("cagrad: a preference of 0", () => cagrad({ preference: [0, 1] }), "cagrad.preference[0]", 0)
  refuses("cagrad: a least norm of 1", () => cagrad({ leastNorm: 1 }), "cagrad.leastNorm", 1)
  refuses("imtl-g: a cutoff of 1", () => imtlG({ cutoff: 1 }), "imtl-g.cutoff", 1)
  const scaleMode = () => alignedMtlMethod.parse({ scaleMode: "max" }, "aligned-mtl")
  refuses("aligned-mtl: another scale mode", scaleMode, "aligned-mtl.scaleMode", "max")
  refuses("nash-mtl: a negative norm", () => nashMtl({ maxNorm: -1 }), "nash-mtl.maxNorm", -1)
  refuses("fairgrad: a negative alpha", () => fairgrad({ alpha: -1 }), "fairgrad.alpha", -1)
  refuses("config: a preference of 0", () => config({ preference: [0] }), "config.preference[0]", 0)
  refuses("pcd: tau above 1", () => pcd({ tau: 2 }), "pcd.tau", 2)
  refuses("pcd: one tau above 1", () => pcd({ tau: [0, 2] }), "pcd.tau[1]", 2)
  refuses("pcd: tau as text", () => pcdMethod.parse({ tau: "0" }, "pcd"), "pcd.tau", "0")
  refuses("pcd: beta of 1", () => pcd({ beta: 1 }), "pcd.beta", 1)
})

describe("options that do not fit the number of rows", () => {
  const two = [1, 2]
  const length = "the length of the preference"
  refuses("krum: too few rows", () => plan(krumMethod, krum({ byzantine: 1 }), 3), "the number of byzantine rows", 1)
  const selected = () => plan(krumMethod, krum({ byzantine: 0, selected: 4 }), 3)
  refuses("krum: more rows selected than there are", selected, "the number of selected rows", 4)
  refuses("sdmgrad", () => plan(sdmgradMethod, sdmgrad({ preference: two }), 3), length, 2)
  refuses("cagrad", () => plan(cagradMethod, cagrad({ preference: two }), 3), length, 2)
  refuses("aligned-mtl", () => plan(alignedMtlMethod, alignedMtl({ preference: two }), 3), length, 2)
  refuses("config", () => plan(configMethod, config({ preference: two }), 3), length, 2)
  refuses("pcd", () => plan(pcdMethod, pcd({ tau: [0.1] }), 3), "the length of tau", 1)
})

describe("specifications", () => {
  const survives = <A extends Specification>(method: Method<A>, specification: A, expected: A) => {
    test(`${method.name}: defaults filled in, and the same after JSON`, () => {
      expect(specification).toEqual(expected)
      expect(method.parse(JSON.parse(JSON.stringify(specification)), "aggregator")).toEqual(expected)
    })
    refuses(`${method.name}: an unknown key`, () => method.parse({ name: method.name, no: 1 }, "here"), "here.no", 1)
  }
  survives(pcgradMethod, pcgrad(), { name: "pcgrad", seed: 0, leastShare: 0 })
  survives(gradvacMethod, gradvac(), { name: "gradvac", beta: 0.5, epsilon: 1e-8, seed: 0 })
  survives(rgwMethod, rgw({ seed: 3 }), { name: "rgw", seed: 3 })
  survives(krumMethod, krum({ byzantine: 2 }), { name: "krum", byzantine: 2, selected: 1, distance: "squared" })
  survives(modoMethod, modo(), { name: "modo", gamma: 0.1, rho: 0.1 })
  survives(sdmgradMethod, sdmgrad({ preference: [0, 1] }), {
    ...{ name: "sdmgrad", lambda: 0.3, learningRate: 10, momentum: 0.5, iterations: 20 },
    preference: [0, 1]
  })
  survives(mgdaMethod, mgda(), { name: "mgda", solver: "exact", epsilon: 1e-3, iterations: 100 })
  survives(cagradMethod, cagrad(), { name: "cagrad", c: 0.5, zeroRows: "skip" })
  survives(imtlGMethod, imtlG({ cutoff: 1e-7 }), { name: "imtl-g", cutoff: 1e-7 })
  survives(alignedMtlMethod, alignedMtl(), { name: "aligned-mtl", scaleMode: "min" })
  survives(nashMtlMethod, nashMtl(), {
    name: "nash-mtl",
    maxNorm: 1,
    solver: "exact",
    iterations: 20,
    zeroRows: "skip"
  })
  survives(fairgradMethod, fairgrad(), { name: "fairgrad", alpha: 1 })
  survives(configMethod, config({ preference: [1, 2] }), { name: "config", preference: [1, 2] })
  survives(pcdMethod, pcd({ tau: [0.1, 0.2] }), { name: "pcd", tau: [0.1, 0.2], beta: 0.999, epsilon: 1e-8 })
})

describe("Gramians", () => {
  const symmetric = [
    plan(pcgradMethod, pcgrad(), 3),
    plan(gradvacMethod, gradvac(), 3),
    plan(krumMethod, krum({ byzantine: 0 }), 3),
    plan(mgdaMethod, mgda(), 3),
    plan(mgdaMethod, mgda({ solver: "frank-wolfe" }), 3),
    plan(cagradMethod, cagrad(), 3),
    plan(imtlGMethod, imtlG(), 3),
    plan(alignedMtlMethod, alignedMtl(), 3),
    plan(nashMtlMethod, nashMtl(), 3),
    plan(nashMtlMethod, nashMtl({ solver: "official" }), 3),
    plan(fairgradMethod, fairgrad(), 3),
    plan(configMethod, config(), 3),
    plan(pcdMethod, pcd(), 3)
  ]
  const crossed = [plan(modoMethod, modo(), 3), plan(sdmgradMethod, sdmgrad(), 3)]
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const weigh = (weightings: typeof symmetric, values: readonly number[]) =>
    weightings.map((weighting) => () => weighting.weigh({ objectives: 3, values: Float64Array.from(values) }))

  for (const [name, index, value, place] of [
    ["NaN", 5, Number.NaN, "row 1, column 2 of the Gramian"],
    ["a negative squared norm", 4, -1, "row 1, column 1 of the Gramian"],
    ["asymmetry", 3, 0.5, "row 1, column 0 of the Gramian"]
  ] as const) {
    for (const [k, call] of weigh(symmetric, identity.with(index, value)).entries()) {
      refuses(`${name}, method ${k}`, call, place, value)
    }
  }
  for (const call of weigh(crossed, identity.with(2, Number.POSITIVE_INFINITY))) {
    refuses("J₁ J₂ᵀ with infinity", call, "row 0, column 2 of the Gramian", Number.POSITIVE_INFINITY)
  }
  const beyond = () => plan(pcdMethod, pcd(), 2).weigh({ objectives: 2, values: Float64Array.of(1, -5, -5, 4) })
  refuses("an inner product beyond the lengths of its rows, 1 and 2", beyond, "row 1, column 0 of the Gramian", -5)
  test("rows whose squared lengths float32 has lost may have inner products", () => {
    const values = Float64Array.of(1, 1e-20, 1e-20, 0)
    expect(() => plan(pcgradMethod, pcgrad(), 2).weigh({ objectives: 2, values })).not.toThrow()
  })
  test("J₁ J₂ᵀ may be asymmetric, with a negative diagonal", () => {
    for (const call of weigh(crossed, [1, 2, 3, -4, -5, 6, 7, 8, 9])) expect(call).not.toThrow()
  })
  for (const weighting of [...symmetric, ...crossed, plan(rgwMethod, rgw(), 3)]) {
    const call = () => weighting.weigh({ objectives: 2, values: new Float64Array(4) })
    refuses("another number of objectives", call, "the number of objectives of the Gramian", 2)
  }
})

describe("a row of zeros", () => {
  const gramian = { objectives: 2, values: Float64Array.of(0, 0, 0, 4) }
  for (const [name, make] of [
    ["cagrad", cagrad],
    ["nash-mtl", nashMtl]
  ] as const) {
    test(`${name} leaves it out by default, and stops where it is told to`, () => {
      using skips = weighting(wasm, make(), 2)
      expect(skips.weigh(gramian).weights[1]).toBeGreaterThan(0)
      using stops = weighting(wasm, make({ zeroRows: "stop" }), 2)
      expect([...stops.weigh(gramian).weights]).toEqual([0, 0])
      expect(stops.weigh({ objectives: 2, values: Float64Array.of(1, 0, 0, 4) }).weights[0]).toBeGreaterThan(0)
    })
  }
})
