/** The gradients of TensorFlow.js and those of the CPU engine lead to one direction. */
import { expect, test } from "bun:test"
import { aggregate, type JacobianLinearization, upgrad } from "@dualcone/aggregation"
import { type Losses, linearize } from "@dualcone/tfjs"
import { loadWasm } from "@dualcone/wasm"
import { distance, golden } from "../../network/test/golden.ts"
import { perceptronBatch, svhnBatch, type UpgradOfBatch } from "../../network/test/upgrad-of-batch.ts"
import { leftBehind, tf } from "./backend.ts"
import { type Model, perceptron, svhn } from "./models.ts"

/** Linearizes, sees that no tensor is left, and compares with the engine. */
async function compare(
  engine: UpgradOfBatch,
  model: Model,
  losses: Losses
): Promise<JacobianLinearization<Float32Array>> {
  const wasm = await loadWasm()
  let made: JacobianLinearization<Float32Array> | undefined
  const left = await leftBehind(async () => {
    made = await linearize(losses, { variables: model.variables })
  })
  model.dispose()
  if (made === undefined) throw new Error("there is no linearization")
  expect(left).toBe(0)
  expect(distance(made.values, engine.losses)).toBeLessThan(1e-5)
  expect(distance(aggregate(wasm, upgrad(), made).direction, engine.direction)).toBeLessThan(1e-4)
  return made
}

const rowByRow = (model: Model, objectives: number): Losses => ({
  objectives,
  loss: (row) => tf.squeeze(model.losses(row, row + 1))
})

test("the network of SVHN, row by row: the engine's direction, and PyTorch's Gramian", async () => {
  const engine = await svhnBatch()
  const model = svhn(engine)
  const linearization = await compare(engine, model, rowByRow(model, engine.labels.length))
  expect(distance(linearization.gramian().values, golden("svhn").gramian)).toBeLessThan(1e-4)
})

test("a perceptron, in every form of its losses: the engine's direction", async () => {
  const engine = await perceptronBatch()
  const m = engine.labels.length
  const forms: readonly ((model: Model) => Losses)[] = [
    (model) => () => model.losses(0, m),
    (model) => () => tf.unstack(model.losses(0, m)),
    (model) => rowByRow(model, m)
  ]
  for (const form of forms) {
    const model = perceptron(engine)
    await compare(engine, model, form(model))
  }
})
