import { describe, expect, test } from "bun:test"
import { checkDataset, type Dataset, knownRange, subset } from "../src/index.ts"
import { refusal } from "./refusal.ts"

const two: Dataset = {
  name: "two pictures",
  examples: 2,
  shape: [2, 1, 3],
  classes: 4,
  images: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  labels: Uint8Array.from([3, 0]),
  scale: 255,
  mean: [0, 0.5],
  deviation: [1, 0.25],
  origin: "this test",
  licence: "MIT"
}

describe("a dataset", () => {
  test("whose parts agree is returned as it is", () => {
    expect(checkDataset(two)).toBe(two)
  })

  const broken: readonly (readonly [string, Partial<Dataset>, string])[] = [
    ["no examples", { examples: 0 }, "the number of examples of two pictures is 0"],
    ["half an example", { examples: 1.5 }, "the number of examples of two pictures is 1.5"],
    ["an empty side", { shape: [2, 0, 3] }, "a size in the shape [2, 0, 3] of two pictures is 0"],
    ["too few image bytes", { images: new Uint8Array(11) }, "the number of image bytes of two pictures is 11"],
    ["too many labels", { labels: new Uint8Array(3) }, "the number of labels of two pictures is 3"],
    [
      "a label out of range",
      { labels: Uint8Array.from([0, 4]) },
      "label 1 of two pictures is 4; labels must be 0 to 3"
    ],
    ["a task too many", { tasks: ["left", "right"] }, "the number of labels of two pictures is 2; it must be 4"],
    ["no tasks", { tasks: [] }, "the number of tasks of two pictures is 0"],
    ["too many classes", { classes: 257 }, "the number of classes of two pictures is 257"],
    ["a scale of zero", { scale: 0 }, "the scale of two pictures is 0"],
    ["a mean too few", { mean: [0] }, "the number of channel means of two pictures is 1"],
    ["a mean that is not a number", { mean: [0, Number.NaN] }, "the mean of channel 1 of two pictures is NaN"],
    ["a deviation of zero", { deviation: [0, 1] }, "the deviation of channel 0 of two pictures is 0"],
    ["an infinite deviation", { deviation: [1, Infinity] }, "the deviation of channel 1 of two pictures is Infinity"]
  ]
  for (const [what, part, message] of broken) {
    test(`with ${what} is refused`, async () => {
      expect((await refusal(() => checkDataset({ ...two, ...part }))).message).toStartWith(message)
    })
  }
})

describe("a subset", () => {
  test("holds the examples asked for, in the same memory", () => {
    const second = subset(two, { from: 1, examples: 1 })
    expect([...second.images]).toEqual([7, 8, 9, 10, 11, 12])
    expect([...second.labels]).toEqual([0])
    expect(second.images.buffer).toBe(two.images.buffer)
    expect(checkDataset(second).examples).toBe(1)
  })

  test("goes to the end by default", () => {
    expect(subset(two, {}).examples).toBe(2)
    expect(subset(two, { from: 1 }).examples).toBe(1)
  })

  test("of several labels an example keeps them together", () => {
    const tasks = { ...two, tasks: ["left", "right"], labels: Uint8Array.of(0, 1, 2, 3) }
    expect([...subset(tasks, { from: 1 }).labels]).toEqual([2, 3])
    expect(checkDataset(subset(tasks, { examples: 1 })).examples).toBe(1)
  })

  test("of a run by its seed is the run's block of the official order", () => {
    // The paper's run 3 is on the examples 3,072 to 4,095.
    expect(knownRange({ seed: 3, examples: 1024 }, 60_000, "MNIST")).toEqual({ from: 3072, examples: 1024 })
    expect(knownRange({ seed: 0, examples: 5 }, 5, "five")).toEqual({ from: 0, examples: 5 })
  })

  for (const [range, told] of [
    [{ seed: 1 }, "the seed of the subset of five is 1; it counts runs of so many examples"],
    [{ seed: 1, from: 0, examples: 2 }, "the seed of the subset of five is 1; it takes the place of the first example"],
    [{ seed: 0.5, examples: 2 }, "the seed of the subset of five is 0.5; it must be an integer"],
    [{ seed: 2, examples: 2 }, "the number of examples of the subset of five from 4 on is 2"],
    [{ seed: 3, examples: 2 }, "the first example of the subset of five is 6"]
  ] as const) {
    test(`of ${JSON.stringify(range)} of five is refused`, async () => {
      expect((await refusal(() => knownRange(range, 5, "five"))).message).toStartWith(told)
    })
  }

  for (const range of [
    { from: 2 },
    { from: -1 },
    { from: 0.5 },
    { from: Number.NaN },
    { examples: 0 },
    { examples: 3 },
    { from: 1, examples: 2 }
  ]) {
    test(`of examples ${range.from ?? 0} on, ${range.examples ?? "all"} of them, is refused`, async () => {
      expect((await refusal(() => subset(two, range))).place).toContain("subset of two pictures")
    })
  }
})
