import { describe, expect, test } from "bun:test"
import {
  aggregate,
  constant,
  dualproj,
  knownWeights,
  linearizeGramian,
  linearizeJacobian,
  mean,
  methods,
  parseAggregator,
  parseRidge,
  upgrad,
  weighBatch,
  weighting
} from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"

const wasm = await loadWasm()

/** Each case: what is wrong, the call, and the place and value of the error. */
type Case = readonly [name: string, call: () => unknown, place: string, value: unknown]

function refuses(cases: readonly Case[]) {
  for (const [name, call, place, value] of cases) {
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
}

const two = Float64Array.of(1, 0, 0, 1)

describe("options", () => {
  const ridge = (epsilon: number) => () => upgrad({ ridge: { kind: "trace", epsilon } })
  refuses([
    ["a ridge of zero", ridge(0), "upgrad.ridge.epsilon", 0],
    ["a negative ridge", ridge(-1e-4), "upgrad.ridge.epsilon", -1e-4],
    ["a ridge that is NaN", ridge(Number.NaN), "upgrad.ridge.epsilon", Number.NaN],
    ["an infinite ridge", ridge(Number.POSITIVE_INFINITY), "upgrad.ridge.epsilon", Number.POSITIVE_INFINITY],
    ["a preference of zero", () => upgrad({ preference: [1, 0] }), "upgrad.preference[1]", 0],
    ["a negative preference", () => dualproj({ preference: [-1, 1] }), "dualproj.preference[0]", -1],
    ["a preference that is NaN", () => upgrad({ preference: [1, Number.NaN] }), "upgrad.preference[1]", Number.NaN],
    ["an empty preference", () => upgrad({ preference: [] }), "upgrad.preference", []],
    [
      "a weight that is not finite",
      () => constant({ weights: [1 / 0] }),
      "constant.weights[0]",
      Number.POSITIVE_INFINITY
    ],
    ["no weights", () => constant({ weights: [] }), "constant.weights", []]
  ])
})

describe("data of a configuration", () => {
  const parse = (value: unknown) => () => parseAggregator(value)
  refuses([
    ["an unknown method", parse({ name: "upgrade" }), "aggregator.name", "upgrade"],
    ["an unknown method by its name alone", parse("mgad"), "aggregator.name", "mgad"],
    ["no name", parse({ ridge: "none" }), "aggregator", { ridge: "none" }],
    ["null", parse(null), "aggregator", null],
    ["a misspelt key", parse({ name: "upgrad", rdige: 1 }), "aggregator.rdige", 1],
    ["a key of another method", parse({ name: "mean", ridge: "none" }), "aggregator.ridge", "none"],
    ["an unknown ridge", parse({ name: "upgrad", ridge: { kind: "tikhonov" } }), "aggregator.ridge.kind", "tikhonov"],
    [
      "a misspelt key of the ridge",
      parse({ name: "upgrad", ridge: { kind: "trace", eps: 1 } }),
      "aggregator.ridge.eps",
      1
    ],
    ["a missing epsilon", parse({ name: "upgrad", ridge: { kind: "trace" } }), "aggregator.ridge.epsilon", undefined],
    [
      "an epsilon of no ridge",
      parse({ name: "upgrad", ridge: { kind: "none", epsilon: 1 } }),
      "aggregator.ridge.epsilon",
      1
    ],
    [
      "an epsilon as text",
      parse({ name: "upgrad", ridge: { kind: "trace", epsilon: "1" } }),
      "aggregator.ridge.epsilon",
      "1"
    ],
    ["a ridge as a number", parse({ name: "upgrad", ridge: 1e-4 }), "aggregator.ridge", 1e-4],
    ["an unknown solver", parse({ name: "dualproj", solver: "quadprog" }), "aggregator.solver", "quadprog"],
    ["a preference as a number", parse({ name: "upgrad", preference: 1 }), "aggregator.preference", 1],
    ["a preference of text", parse({ name: "upgrad", preference: ["1"] }), "aggregator.preference[0]", "1"],
    ["missing weights", parse({ name: "constant" }), "aggregator.weights", undefined]
  ])
  refuses(
    [
      "",
      "trace",
      "trace:",
      "trace:0",
      "trace:x",
      "trace:1:2",
      "diagonal:-1",
      "none:1",
      "ridge:1",
      "trace:Infinity"
    ].map((text): Case => [`the ridge ${JSON.stringify(text)}`, () => parseRidge(text), "ridge", text])
  )
})

describe("every method of the list", () => {
  refuses(
    methods.map(({ name }): Case => {
      const call = () => parseAggregator({ name, "no such key": 1 })
      return [`${name}: an unknown key`, call, "aggregator.no such key", 1]
    })
  )
})

describe("Jacobians", () => {
  const rows = (value: readonly (readonly number[])[]) => () => linearizeJacobian(value)
  const flat = (values: Float64Array, objectives: number, parameters: number) => () =>
    linearizeJacobian({ values, objectives, parameters })
  const unknown = (value: unknown) => () => linearizeJacobian(JSON.parse(JSON.stringify(value)))
  refuses([
    ["no rows", rows([]), "the number of rows of the Jacobian", 0],
    ["no columns", rows([[], []]), "the number of columns of the Jacobian", 0],
    [
      "ragged rows",
      rows([
        [1, 2, 3],
        [4, 5]
      ]),
      "the length of row 1 of the Jacobian",
      2
    ],
    [
      "NaN",
      rows([
        [1, 2],
        [3, Number.NaN]
      ]),
      "row 1, column 1 of the Jacobian",
      Number.NaN
    ],
    ["infinity", rows([[Number.NEGATIVE_INFINITY]]), "row 0, column 0 of the Jacobian", Number.NEGATIVE_INFINITY],
    ["text", unknown([[1, "2"]]), "row 0, column 1 of the Jacobian", "2"],
    ["null", unknown([[1], [null]]), "row 1, column 0 of the Jacobian", null],
    ["a row that is no list", unknown([[1], 2]), "row 1 of the Jacobian", 2],
    ["an array of another length", flat(new Float64Array(5), 2, 3), "the number of entries of the Jacobian", 5],
    ["NaN in an array", flat(Float64Array.of(1, 2, 3, 0 / 0), 2, 2), "row 1, column 1 of the Jacobian", Number.NaN],
    ["half a row", flat(new Float64Array(3), 1.5, 2), "the number of rows of the Jacobian", 1.5],
    ["a wrong number of values", () => linearizeJacobian([[1], [2]], [1]), "the number of values", 1],
    [
      "a wrong number of weights",
      () => linearizeJacobian([[1]]).pullback(Float64Array.of(1, 2)),
      "the number of weights",
      2
    ]
  ])
})

describe("Gramians", () => {
  const weigh = (values: Float64Array, objectives: number) => () => {
    using planned = weighting(wasm, upgrad(), 2)
    planned.weigh({ objectives, values })
  }
  refuses([
    ["a matrix that is not square", () => linearizeGramian([[1, 2]]), "the number of columns of the Gramian", 2],
    [
      "NaN",
      () =>
        linearizeGramian([
          [1, 0],
          [0, Number.NaN]
        ]),
      "row 1, column 1 of the Gramian",
      Number.NaN
    ],
    ["another number of objectives", weigh(new Float64Array(9), 3), "the number of objectives of the Gramian", 3],
    ["another number of entries", weigh(new Float64Array(5), 2), "the number of entries of the Gramian", 5],
    ["NaN at the solve", weigh(Float64Array.of(1, 0, Number.NaN, 1), 2), "row 1, column 0 of the Gramian", Number.NaN],
    ["a negative squared norm", weigh(Float64Array.of(1, 0, 0, -2), 2), "row 1, column 1 of the Gramian", -2],
    ["asymmetry", weigh(Float64Array.of(1, 0.5, -0.5, 1), 2), "row 1, column 0 of the Gramian", -0.5]
  ])
})

describe("plans", () => {
  const three = upgrad({ preference: [1, 2, 3] })
  refuses([
    ["no objectives", () => weighting(wasm, upgrad(), 0), "the number of objectives", 0],
    ["half an objective", () => weighting(wasm, mean(), 1.5), "the number of objectives", 1.5],
    ["too many objectives", () => weighting(wasm, upgrad(), 4097), "the number of objectives", 4097],
    ["a preference of another length", () => weighting(wasm, three, 2), "the length of the preference", 3],
    ["weights of another length", () => knownWeights(constant({ weights: [1] }), 2), "the length of the weights", 1],
    [
      "a preference of another length, at once",
      () => aggregate(wasm, three, linearizeGramian({ objectives: 2, values: two })),
      "the length of the preference",
      3
    ],
    [
      "a batch of another size",
      () => weighBatch(wasm, upgrad(), { problems: 2, objectives: 2, values: two }),
      "the number of entries of the Gramians",
      4
    ],
    [
      "a bad problem in a batch",
      () =>
        weighBatch(wasm, upgrad(), { problems: 2, objectives: 2, values: Float64Array.of(1, 0, 0, 1, 1, 0, 0, -3) }),
      "row 1, column 1 of the Gramian of problem 1",
      -3
    ]
  ])
})
