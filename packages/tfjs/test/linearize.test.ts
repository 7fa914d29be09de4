import { describe, expect, test } from "bun:test"
import { aggregate } from "@dualcone/aggregation"
import { type Losses, linearize } from "@dualcone/tfjs"
import { InputError, loadWasm } from "@dualcone/wasm"
import { examples } from "../../aggregation/test/examples.ts"
import { leftBehind, tf } from "./backend.ts"

// f(x, y) = (x² y, x + 3 y, 5), whose Jacobian at (2, 3) is (12, 4), (1, 3), (0, 0).
const x = tf.variable(tf.scalar(2))
const y = tf.variable(tf.tensor1d([3]))
const variables = [x, y]
const f = (): [tf.Tensor, tf.Tensor, tf.Tensor] => [
  tf.sum(tf.mul(tf.mul(x, x), y)),
  tf.sum(tf.add(x, tf.mul(y, 3))),
  tf.scalar(5)
]
const forms: Readonly<Record<string, Losses>> = {
  "a vector": () => tf.stack(f()),
  "a list": f,
  "rows of their own": { objectives: 3, loss: (row) => f()[row] ?? tf.scalar(Number.NaN) }
}

describe("a linearization", () => {
  for (const [form, losses] of Object.entries(forms)) {
    test(`of losses as ${form} has the values, the Jacobian, the Gramian and the pullback`, async () => {
      const linearization = await linearize(losses, { variables })
      expect(linearization.objectives).toBe(3)
      expect(linearization.parameters).toBe(2)
      expect(linearization.values).toEqual(Float64Array.of(12, 11, 5))
      expect(linearization.jacobian()).toEqual(Float32Array.of(12, 4, 1, 3, 0, 0))
      expect(linearization.gramian().values).toEqual(Float64Array.of(160, 24, 0, 24, 10, 0, 0, 0, 0))
      expect(linearization.pullback(Float64Array.of(1, 2, 7))).toEqual(Float32Array.of(14, 10))
    })

    test(`of losses as ${form} leaves no tensor behind`, async () => {
      expect(await leftBehind(() => linearize(losses, { variables }))).toBe(0)
    })
  }

  test("computes a vector of losses once, so that what is drawn at random is the same for all rows", async () => {
    let calls = 0
    const scale = () => ++calls
    const linearization = await linearize(() => tf.mul(tf.stack(f().slice(0, 2)), scale()), { variables })
    expect(calls).toBe(1)
    expect(linearization.jacobian()).toEqual(Float32Array.of(12, 4, 1, 3))
  })

  test("takes the columns in the order of the variables, and only theirs", async () => {
    expect((await linearize(f, { variables: [y, x] })).jacobian()).toEqual(Float32Array.of(4, 12, 3, 1, 0, 0))
    expect((await linearize(f, { variables: [y] })).jacobian()).toEqual(Float32Array.of(4, 3, 0))
  })

  test("is by all trainable variables where none are named", async () => {
    const fixed = tf.variable(tf.scalar(1), false)
    expect((await linearize(f)).jacobian()).toEqual(Float32Array.of(12, 4, 1, 3, 0, 0))
    fixed.dispose()
  })

  test("serves every aggregator", async () => {
    const wasm = await loadWasm()
    const two = await linearize(() => f().slice(0, 2), { variables })
    const three = await linearize(() => [...f().slice(0, 2), tf.square(x)], { variables })
    for (const [name, aggregator] of examples(2, 2)) {
      const linearization = name === "krum" ? three : two // which needs a neighbour to count
      const { direction } = aggregate(wasm, aggregator, linearization)
      expect(direction, name).toHaveLength(2)
      expect(direction.every(Number.isFinite), name).toBe(true)
    }
  })
})

describe("what is refused is named, and leaves no tensor behind", () => {
  const alive = tf.variable(tf.scalar(1))
  const integer = tf.variable(tf.scalar(1, "int32"), false)
  const gone = tf.variable(tf.scalar(1))
  gone.dispose()
  alive.dispose()
  const cases: readonly (readonly [string, Losses, readonly tf.Variable[], string])[] = [
    ["a scalar for a vector", () => f()[0], variables, "the shape of the losses is []; it must be [m]"],
    ["no losses", () => [], variables, "the number of losses is 0; there must be at least one"],
    ["a vector in a list", () => [tf.mul(y, 1)], variables, "the shape of the loss of row 0 is [1]; it must be []"],
    [
      "a row that is a vector",
      { objectives: 2, loss: () => tf.mul(y, 1) },
      variables,
      "the shape of the loss of row 0 is [1]; it must be []"
    ],
    [
      "integers",
      () => [tf.scalar(1, "int32")],
      variables,
      'the dtype of the loss of row 0 is "int32"; it must be float32'
    ],
    ["half a row", { objectives: 1.5, loss: () => f()[0] }, variables, "the number of objectives of the losses is 1.5"],
    [
      "a loss that is not finite",
      () => [tf.mul(f()[0], Number.NaN)],
      variables,
      "row 0, column 0 of the Jacobian is NaN"
    ],
    ["no variables", f, [], "the number of variables is 0; there must be at least one"],
    ["one variable twice", f, [x, x], "each must be another one"],
    ["a variable of integers", f, [integer], 'is "int32"; only float32 has gradients'],
    ["a variable that is gone", f, [gone], 'is "disposed"; it must be alive']
  ]
  for (const [name, losses, of, message] of cases) {
    test(name, async () => {
      const left = await leftBehind(async () => {
        const refusal = await linearize(losses, { variables: of }).catch((error: unknown) => error)
        expect(refusal).toBeInstanceOf(InputError)
        expect(String(refusal)).toContain(message)
      })
      expect(left).toBe(0)
    })
  }

  test("and what the losses throw comes through", async () => {
    const losses: Losses = {
      objectives: 2,
      loss(row) {
        const loss = f()[0]
        if (row === 1) throw new RangeError("no such example")
        return loss
      }
    }
    const left = await leftBehind(async () => {
      const thrown = await linearize(losses, { variables }).catch((error: unknown) => error)
      expect(thrown).toEqual(new RangeError("no such example"))
    })
    expect(left).toBe(0)
  })
})
