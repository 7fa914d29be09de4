/** The expansion of a sweep: which runs, with which ids, and what is refused. */
import { describe, expect, test } from "bun:test"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import {
  expandSweep,
  fineRuns,
  firstRuns,
  iterationsOf,
  parseSweepConfig,
  readSweep,
  type Sweep,
  sweepJsonSchema
} from "../src/index.ts"
import { tinySweep } from "./tiny.ts"

const expand = (config: unknown): Promise<Sweep> =>
  Effect.runPromise(
    parseSweepConfig(config).pipe(
      Effect.flatMap((parsed) => expandSweep(parsed, "/")),
      Effect.provide(NodeServices.layer)
    )
  )

const refusal = (change: object): Promise<string> =>
  expand({ ...tinySweep, ...change }).then(
    () => "accepted",
    (error: Error) => error.message
  )

const minimal = { data: [{ name: "svhn" }], seeds: [1], aggregators: ["mean"], learningRates: [0.1] }

describe("expansion", () => {
  test("is the product of the lists, each group with the rates of its stage", async () => {
    const { groups } = await expand(tinySweep)
    expect(groups.map(({ group }) => [group.seed, group.label])).toEqual([
      [0, "upgrad"],
      [0, "rgw"],
      [1, "upgrad"],
      [1, "rgw"]
    ])
    const runs = groups.flatMap(firstRuns)
    expect(runs.map(({ learningRate, stage }) => [learningRate, stage]).slice(0, 4)).toEqual([
      [0.01, "coarse"],
      [0.1, "coarse"],
      [1, "coarse"],
      [0.1, "list"]
    ])
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length)
  })

  test("fills in what the paper has for a data set", async () => {
    const [planned] = (await expand(minimal)).groups
    expect(planned?.group).toMatchObject({
      dataSet: "svhn",
      subset: 1,
      range: { from: 1024, examples: 1024 },
      seed: 1,
      epochs: 25,
      batchSize: 32,
      heldOut: null
    })
    expect(planned?.group.network.name).toBe("svhn")
    expect(planned === undefined ? 0 : iterationsOf(planned.group)).toBe(800)
    const optimizer = planned === undefined ? undefined : firstRuns(planned)[0]?.optimizer
    expect(optimizer).toMatchObject({ name: "sgd", learningRate: 0.1 })
  })

  test("the whole protocol is 22 rates and 50, of which the ends are coarse ones and not run again", async () => {
    const [planned] = (await expand({ ...minimal, learningRates: { coarse: {}, fine: {} } })).groups
    if (planned === undefined) throw new Error("no group")
    const coarse = firstRuns(planned)
    expect(coarse).toHaveLength(22)
    for (let best = 1; best < 20; best++) {
      const tried = coarse.map(({ learningRate }, i) => ({ learningRate, area: Math.abs(i - best - 0.4) }))
      const fine = fineRuns(planned, tried)
      expect(fine).toHaveLength(48)
      expect(fine.every(({ stage }) => stage === "fine")).toBe(true)
      // Four coarse rates in 49 steps.
      const [first] = fine
      expect(Math.log10(first?.learningRate ?? 0)).toBeCloseTo(-5 + (best - 1) / 3 + 1 / 49, 9)
    }
  })

  test("methods that draw take the seed of the run, unless they name one", async () => {
    const aggregators = ["rgw", { aggregator: { name: "rgw", seed: 7 }, label: "fixed" }]
    const { groups } = await expand({ ...tinySweep, aggregators, seeds: [3] })
    expect(groups.map(({ group }) => group.aggregator)).toEqual([
      { name: "rgw", seed: 3 },
      { name: "rgw", seed: 7 }
    ])
  })

  test("a wrapper is itself, and not what it wraps with rates of its own", async () => {
    const momentum = { name: "momentum", aggregator: { name: "mgda" } }
    const { groups } = await expand({ ...minimal, aggregators: [momentum, { aggregator: "mgda" }] })
    expect(groups.map(({ group }) => [group.aggregator.name, group.label])).toEqual([
      ["momentum", 'momentum {"aggregator":{"name":"mgda"}}'],
      ["mgda", "mgda"]
    ])
    const wrongKey = { name: "cr-mogm", aggregator: "mgda" }
    expect(await refusal({ aggregators: [wrongKey] })).toContain("aggregators[0].aggregator")
  })

  test("held-out digits are the last ones and never trained on", async () => {
    const [planned] = (await expand(tinySweep)).groups
    expect(planned?.group.heldOut).toEqual({ split: "train", from: 9900, examples: 100 })
    const data = [{ name: "digits", examples: 5000 }]
    expect(await refusal({ data })).toContain("with 5000 examples each there are subsets 0 to 0")
  })
})

test("the sweeps of the examples are what they say", async () => {
  const counts = async (name: string) => {
    const file = new URL(`../../../examples/sweeps/${name}.json`, import.meta.url).pathname
    const { groups } = await Effect.runPromise(readSweep(file).pipe(Effect.provide(NodeServices.layer)))
    const labels = new Set(groups.map(({ group }) => group.label))
    const runs = groups.reduce((sum, { search }) => sum + search.rates.length + (search.fine?.count ?? 0), 0)
    return [labels.size, runs]
  }
  expect(await counts("digits")).toEqual([2, 12])
  expect(await counts("digits-methods")).toEqual([10, 60])
  expect(await counts("fashion-mnist")).toEqual([11, 33])
  // 11 methods x 72 rates x 8 seeds.
  expect(await counts("svhn")).toEqual([11, 6336])
})

describe("ids", () => {
  const idsOf = async (change: object) => (await expand({ ...tinySweep, ...change })).groups.flatMap(firstRuns)
  const first = async (change: object) => (await idsOf(change))[0]?.id

  test("do not depend on names in tables, on the rest of the sweep or on the stage", async () => {
    const id = await first({})
    expect(await first({ data: [{ ...tinySweep.data[0], label: "other" }] })).toBe(id)
    expect(await first({ aggregators: ["upgrad"], seeds: [0] })).toBe(id)
    expect(await first({ learningRates: [0.01] })).toBe(id)
    expect(await first({ aggregators: [{ name: "upgrad" }, "rgw"] })).toBe(id)
  })

  test("depend on all that decides the bits", async () => {
    const changes = [
      {},
      { data: [{ ...tinySweep.data[0], examples: 48 }] },
      { data: [{ ...tinySweep.data[0], subset: 3 }] },
      { data: [{ ...tinySweep.data[0], epochs: 3 }] },
      { data: [{ name: "digits", examples: 64, epochs: 2 }] },
      { seeds: [5] },
      { aggregators: ["mean"] },
      { aggregators: [{ name: "upgrad", ridge: { kind: "trace", epsilon: 1e-7 } }] },
      { optimizers: [{ name: "adam" }] },
      { optimizers: [{ name: "sgd", momentum: 0.9 }] },
      { batchSizes: [8] },
      { learningRates: [0.02] },
      { evaluate: { examples: 50 } }
    ]
    const ids = await Promise.all(changes.map(first))
    expect(new Set(ids).size).toBe(changes.length)
  })
})

describe("refusals name the key", () => {
  const cases: readonly (readonly [change: object, message: string])[] = [
    [{ data: [{ name: "cifar100" }] }, "data[0].name: Expected"],
    [{ seed: 1 }, "seed: Unexpected key"],
    [{ seeds: [1, 1] }, "seeds: "],
    [{ seeds: [-1] }, "seeds[0]: "],
    [{ epochs: 0 }, "epochs: Expected a value greater than 0, got 0"],
    [{ batchSizes: [] }, "batchSizes[0]: Missing key"],
    [{ aggregators: ["upgrade"] }, 'aggregators[0]: Expected "upgrad"'],
    [{ aggregators: [{ name: "cagrad", c: -1 }] }, "aggregators[0].c is -1"],
    [{ aggregators: [{ aggregator: { name: "cagrad", d: 1 } }] }, "aggregators[0].aggregator.d"],
    [{ aggregators: ["mean", { name: "mean" }] }, 'aggregators[1]: Two are called mean in tables: give one a "label"'],
    [
      { aggregators: ["mean", { aggregator: "mean", label: "average" }] },
      'the sweep\'s is "average on digits"; it is the same as mean on digits'
    ],
    [{ optimizers: [{ name: "sgd", learningRate: 1 }] }, "optimizers[0].learningRate is 1"],
    [{ optimizers: [{ name: "sgd", momentun: 1 }] }, "optimizers[0].momentun"],
    [{ learningRates: [0.1, -1] }, "learningRates"],
    [{ learningRates: { coarse: { from: 2, to: 1 } } }, "the largest learning rate is 1; it must not be below"],
    [{ learningRates: undefined }, "learningRates: "],
    [{ evaluate: { examples: 20_000 } }, "evaluate.examples is 20000"],
    [{ engine: "gpu" }, 'engine: Expected "cpu"']
  ]
  for (const [change, message] of cases) {
    test(JSON.stringify(change), async () => {
      expect(await refusal(change)).toContain(message)
    })
  }
})

test("the JSON Schema forbids unknown keys and describes defaults", () => {
  expect(sweepJsonSchema()).toMatchObject({ title: "Dualcone sweep", additionalProperties: false })
  expect(JSON.stringify(sweepJsonSchema())).toContain("Default: 1024.")
})
