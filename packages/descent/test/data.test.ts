/** Normalisation x = (image / scale - mean) / deviation, and what is refused before training. */
import { describe, expect, test } from "bun:test"
import { prepareData, type TrainingData } from "../src/index.ts"

const two: TrainingData = {
  name: "two",
  examples: 2,
  shape: [2, 1, 2],
  images: Uint8Array.of(0, 255, 51, 102, 1, 2, 3, 4),
  labels: [1, 0],
  scale: 255,
  mean: [0.25, 0.5],
  deviation: [0.5, 0.125]
}

const head = { name: "output", output: [2], objective: "squared-error", losses: 1 } as const
const plan = { inputSize: 4, heads: [head] }

function gather(data: TrainingData, indices: readonly number[]) {
  const buffers = {
    inputs: new Float32Array(indices.length * 4),
    labels: new Int32Array(indices.length),
    targets: new Float32Array(indices.length * 2)
  }
  prepareData(data, plan).batch(indices).write(buffers)
  return buffers
}

describe("gathering", () => {
  const f = Math.fround

  test("each channel has its own mean and deviation, rounded once to float32", () => {
    const { inputs } = gather(two, [0])
    expect([...inputs]).toEqual([-0.5, 1.5, f((0.2 - 0.5) / 0.125), f((0.4 - 0.5) / 0.125)])
  })

  test("floats and bytes give the same numbers", () => {
    const floats = { ...two, images: Float32Array.from(two.images) }
    expect([...gather(floats, [1, 0]).inputs]).toEqual([...gather(two, [1, 0]).inputs])
  })

  test("examples come in the order asked for, with labels and one-hot targets", () => {
    const { inputs, labels, targets } = gather(two, [1, 0, 1])
    expect(inputs[0]).toBe(f((1 / 255 - 0.25) / 0.5))
    expect([...labels]).toEqual([0, 1, 0])
    expect([...targets]).toEqual([1, 0, 0, 1, 1, 0])
  })

  test("given targets are copied", () => {
    const targets = Float32Array.of(1, 2, 3, 4)
    expect([...gather({ ...two, targets }, [1, 0]).targets]).toEqual([3, 4, 1, 2])
  })
})

describe("several losses an example", () => {
  const left = { name: "left", output: [2], objective: "cross-entropy", losses: 1 } as const
  const steps = { name: "steps", output: [2, 3], objective: "cross-entropy", losses: 2 } as const
  const height = { name: "height", output: [1], objective: "squared-error", losses: 1 } as const
  const heads = { inputSize: 4, heads: [left, steps, height] }
  const labels = [0, 2, 1, 0, 1, 0, 2, 0]

  test("labels and targets lie side by side, in the order of the heads", () => {
    const targets = Float32Array.of(0.5, -0.5)
    const buffers = { inputs: new Float32Array(8), labels: new Int32Array(8), targets: new Float32Array(2) }
    prepareData({ ...two, labels, targets }, heads)
      .batch([1, 0])
      .write(buffers)
    expect([...buffers.labels]).toEqual([1, 0, 2, 0, 0, 2, 1, 0])
    expect([...buffers.targets]).toEqual([-0.5, 0.5])
  })

  test("each label is checked against its own head, and targets must be given", () => {
    const targets = Float32Array.of(0.5, -0.5)
    expect(() => prepareData({ ...two, labels: [2, ...labels.slice(1)], targets }, heads)).toThrow("label 0")
    expect(() => prepareData({ ...two, labels: [0, 3, ...labels.slice(2)], targets }, heads)).toThrow("label 1")
    expect(() => prepareData({ ...two, labels }, heads)).toThrow("a network of several losses needs them")
    expect(() => prepareData({ ...two, targets }, heads)).toThrow("each with 4 losses")
  })
})

describe("data that do not fit are refused", () => {
  const cases: [Partial<TrainingData>, string][] = [
    [{ shape: [3] }, "the shape of an example"],
    [{ images: new Uint8Array(7) }, "the number of image entries"],
    [{ labels: [1] }, "the number of labels"],
    [{ labels: [0, 2] }, "label 1 of data two is 2"],
    [{ labels: [-1, 0] }, "label 0"],
    [{ mean: [1, 2, 3] }, "the mean"],
    [{ mean: [Number.NaN] }, "the mean"],
    [{ deviation: [0] }, "the deviation"],
    [{ scale: 0 }, "the scale"],
    [{ targets: new Float32Array(3) }, "the number of target entries"]
  ]
  for (const [wrong, message] of cases) {
    test(`${Object.keys(wrong)[0]}: ${message}`, () => {
      expect(() => prepareData({ ...two, ...wrong }, plan)).toThrow(message)
    })
  }
})
