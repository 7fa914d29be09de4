import { describe, expect, test } from "bun:test"
import { mersenneTwister, torchPermutation } from "../src/index.ts"
import { refusal } from "./refusal.ts"

describe("MT19937", () => {
  test("gives the reference's first and ten thousandth number for the seed 5489", () => {
    const draw = mersenneTwister(5489)
    expect(draw()).toBe(3_499_211_612)
    for (let i = 2; i < 10_000; i++) draw()
    // The C++ standard, [rand.predef], asks for this one.
    expect(draw()).toBe(4_123_659_995)
  })

  test("refuses seeds that are no integers of 32 bits", async () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect((await refusal(() => mersenneTwister(seed))).place).toBe("the seed")
    }
  })
})

describe("PyTorch's permutations", () => {
  // torch.randperm(10) after torch.manual_seed(seed), on the CPU.
  const known = [
    [0, [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]],
    [1, [5, 6, 1, 2, 0, 8, 9, 3, 7, 4]],
    [42, [2, 6, 1, 8, 4, 5, 0, 9, 3, 7]]
  ] as const
  for (const [seed, order] of known) {
    test(`are those of torch.randperm for the seed ${seed}`, () => {
      expect([...torchPermutation(10, seed)]).toEqual([...order])
    })
  }

  test("hold every index once", () => {
    expect([...torchPermutation(27_000, 0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 27_000 }, (_, i) => i))
  })
})
