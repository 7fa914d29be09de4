import { describe, expect, test } from "bun:test"
import { aggregate, graddrop, mean, mgda, upgrad } from "@dualcone/aggregation"
import { makeOptimizer, sgd } from "@dualcone/descent"
import { exampleLosses, makeDescent, vectorLosses } from "@dualcone/jax"
import { InputError, loadWasm } from "@dualcone/wasm"
import { DType, defaultDevice, init, type Array as JaxArray, numpy, tree } from "@jax-js/jax"
import { examples } from "../../aggregation/test/examples.ts"

await init("wasm")
defaultDevice("wasm")
const wasm = await loadWasm()

/** What an InputError says. */
async function refusalOf(refused: Promise<unknown>): Promise<string> {
  const error = await refused.catch((thrown: unknown) => thrown)
  if (error instanceof InputError) return error.message
  throw new Error(`no InputError but ${error}`)
}

/** A line a x + b, in a tree of two levels. */
type Line = { slope: JaxArray; more: [JaxArray] }
/** Places and heights. */
type Points = [JaxArray, JaxArray]

const line = (): Line => ({ slope: numpy.array([2]), more: [numpy.array(1)] })
/** Residuals 2 x + 1 - y of (1, 1) and (3, 9): 2 and -2. */
const points = (): Points => [numpy.array([1, 3]), numpy.array([1, 9])]

/** ½ (a x + b - y)², whose gradient is the residual times (x, 1). */
const squared = ({ slope, more: [offset] }: Line, x: JaxArray, y: JaxArray): JaxArray =>
  numpy.square(slope.reshape([]).mul(x).add(offset).sub(y)).mul(0.5)

const byExample = () => exampleLosses(squared)
const byVector = () => vectorLosses(squared)

describe("a linearization", () => {
  for (const [form, make] of [
    ["examples", byExample],
    ["a vector", byVector]
  ] as const) {
    test(`of ${form} has the values, the Jacobian, the Gramian and the pullback`, async () => {
      using losses = make()
      const linearization = await losses.linearize(line(), ...points())
      expect(linearization.objectives).toBe(2)
      expect(linearization.parameters).toBe(2)
      expect(linearization.values).toEqual(Float64Array.of(2, 2))
      expect(linearization.jacobian()).toEqual(Float32Array.of(2, 2, -6, -2))
      expect(linearization.gramian().values).toEqual(Float64Array.of(8, -16, -16, 40))
      expect(linearization.pullback(Float64Array.of(3, 1))).toEqual(Float32Array.of(0, 4))
    })

    test(`of ${form} gives a direction the shape of the parameters`, async () => {
      using losses = make()
      const linearization = await losses.linearize(line(), ...points())
      const { slope, more } = linearization.tree(linearization.pullback(Float64Array.of(1, 0)))
      expect([slope.shape, more[0].shape]).toEqual([[1], []])
      expect([await slope.jsAsync(), await more[0].jsAsync()]).toEqual([[2], 2])
    })

    test(`of ${form} uses up what it is given, as jax-js does, and no more`, async () => {
      using losses = make()
      const [parameters, inputs] = [line(), points()]
      await losses.linearize(tree.ref(parameters), ...tree.ref(inputs))
      await losses.values(tree.ref(parameters), ...tree.ref(inputs))
      await losses.combined([1, 1], tree.ref(parameters), ...tree.ref(inputs))
      expect(tree.leaves<JaxArray>([parameters, inputs]).map(({ refCount }) => refCount)).toEqual([1, 1, 1, 1])
      await losses.linearize(parameters, ...inputs)
      expect(() => parameters.slope.ref).toThrow()
    })

    test(`of ${form} has a pullback and values by passes of their own`, async () => {
      using losses = make()
      expect(await losses.values(line(), ...points())).toEqual(Float64Array.of(2, 2))
      const { values, direction } = await losses.combined([3, 1], line(), ...points())
      expect(values).toEqual(Float64Array.of(2, 2))
      expect(direction).toEqual(Float32Array.of(0, 4))
    })
  }

  test("serves every aggregator", async () => {
    using losses = byExample()
    const two = await losses.linearize(line(), ...points())
    const three = await losses.linearize(line(), numpy.array([1, 3, 2]), numpy.array([1, 9, 4]))
    for (const [name, aggregator] of examples(2, 2)) {
      const linearization = name === "krum" ? three : two // which needs a neighbour to count
      const { direction } = aggregate(wasm, aggregator, linearization)
      expect(direction, name).toHaveLength(2)
      expect(direction.every(Number.isFinite), name).toBe(true)
    }
  })

  test("may have another number of examples at each call", async () => {
    using losses = byExample()
    for (const m of [1, 3, 2]) {
      const linearization = await losses.linearize(line(), numpy.ones([m]), numpy.zeros([m]))
      expect(linearization.values).toEqual(new Float64Array(m).fill(4.5))
    }
  })
})

describe("a descent", () => {
  test("moves the parameters by the aggregated direction, in either way", async () => {
    // The rows (2, 2) and (-6, -2) have the mean (-2, 0), which does not conflict with the second alone.
    const ways = [
      (n: number) => makeOptimizer(sgd({ learningRate: 0.25 }), n),
      {
        trees: ({ slope, more: [offset] }: Line, direction: Line): Line => ({
          slope: slope.sub(direction.slope.mul(0.25)),
          more: [offset.sub(direction.more[0].mul(0.25))]
        })
      }
    ]
    for (const optimizer of ways) {
      using losses = byExample()
      using descent = makeDescent(wasm, { losses, aggregator: mean(), optimizer, parameters: line() })
      const { iteration, values, weights } = await descent.step(...points())
      expect({ iteration, values, weights }).toEqual({
        iteration: 1,
        values: Float64Array.of(2, 2),
        weights: Float64Array.of(0.5, 0.5)
      })
      expect(await tree.ref(descent.parameters).slope.jsAsync()).toEqual([2.5])
    }
  })

  test("ends where all points lie on the line, for methods of every kind", async () => {
    for (const aggregator of [mean(), upgrad(), mgda(), graddrop()]) {
      using losses = byExample()
      const optimizer = (n: number) => makeOptimizer(sgd({ learningRate: 0.1 }), n)
      using descent = makeDescent(wasm, { losses, aggregator, optimizer, parameters: line() })
      let last = Number.POSITIVE_INFINITY
      for (let step = 0; step < 300; step++) last = Math.max(...(await descent.step(...points())).values)
      expect(last, aggregator.name).toBeLessThan(1e-3)
    }
  })

  test("refuses another number of losses, and one that is not finite", async () => {
    using losses = byExample()
    const optimizer = (n: number) => makeOptimizer(sgd({ learningRate: 0.1 }), n)
    using descent = makeDescent(wasm, { losses, aggregator: upgrad(), optimizer, parameters: line() })
    await descent.step(...points())
    const fewer = await refusalOf(descent.step(numpy.ones([1]), numpy.ones([1])))
    expect(fewer).toContain("the number of losses is 1; it was 2 in the first step")
    const broken = await refusalOf(descent.step(numpy.ones([2]), numpy.array([1, Number.NaN])))
    expect(broken).toContain("row 1, column 0 of the Jacobian is NaN; every entry must be finite")
  })
})

describe("what is refused is named", () => {
  type Anything = { w: JaxArray }
  const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    [
      "parameters of integers",
      () =>
        byExample().linearize({ slope: numpy.array([2], { dtype: DType.Int32 }), more: [numpy.array(1)] }, ...points()),
      "the dtype of leaf 0 of the parameters"
    ],
    [
      "no parameters",
      () => exampleLosses((_: Record<string, JaxArray>, x: JaxArray) => x.sum()).linearize({}, numpy.ones([2])),
      "the number of parameters is 0; there must be at least one"
    ],
    [
      "examples of different numbers",
      () => byExample().linearize(line(), numpy.ones([2]), numpy.ones([3])),
      "the shape of leaf 1 of the inputs is [3]; its leading axis must be that of the examples, 2"
    ],
    [
      "a loss of an example that is no scalar",
      () =>
        exampleLosses(({ w }: Anything, x: JaxArray) => w.mul(x)).linearize({ w: numpy.ones([3]) }, numpy.ones([2])),
      "the shape of the loss of an example is [3]; it must be []"
    ],
    [
      "losses that are a scalar",
      () => vectorLosses(({ w }: Anything) => w.sum()).linearize({ w: numpy.ones([3]) }),
      "the shape of the losses is []; it must be [m]"
    ],
    [
      "weights of a wrong number",
      () => byVector().combined([1], line(), ...points()),
      "the number of weights is 1; there must be one for each of the 2 losses"
    ]
  ]
  for (const [name, linearize, message] of cases) {
    test(name, async () => {
      expect(await refusalOf(linearize())).toContain(message)
    })
  }

  test("parameters of another structure than before", async () => {
    using losses = vectorLosses((p: Record<string, JaxArray>) => numpy.concatenate(Object.values(p)))
    await losses.linearize({ a: numpy.ones([2]) })
    const refusal = await refusalOf(losses.linearize({ b: numpy.ones([2]) }))
    expect(refusal).toContain("the structure of the parameters is")
  })
})
