/** The order of the examples: a permutation an epoch, a fixed stream, every example once. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { epochOf, generator, ordered, permutation, shuffled } from "../src/index.ts"

/** xoshiro128** as published, in unbounded integers, from the state that the tested generator was seeded to. */
function reference(state: readonly [bigint, bigint, bigint, bigint], count: number): number[] {
  let [a, b, c, d] = state
  const word = (x: bigint) => x & 0xffffffffn
  const rotate = (x: bigint, by: bigint) => word(x << by) | (x >> (32n - by))
  return Array.from({ length: count }, () => {
    const result = word(rotate(word(b * 5n), 7n) * 9n)
    const t = word(b << 9n)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11n)
    return Number(result)
  })
}

/** splitmix32 in unbounded integers, and the seeding rule: each key's low and high words are mixed in after one draw. */
function seeded(...keys: readonly number[]): readonly [bigint, bigint, bigint, bigint] {
  let mixed = 0n
  const word = (x: bigint) => x & 0xffffffffn
  const draw = () => {
    mixed = word(mixed + 0x9e3779b9n)
    let z = word((mixed ^ (mixed >> 16n)) * 0x21f0aaadn)
    z = word((z ^ (z >> 15n)) * 0x735a2d97n)
    return z ^ (z >> 15n)
  }
  for (const key of keys) {
    const wide = BigInt.asUintN(64, BigInt(key))
    mixed = draw() ^ word(wide)
    mixed = draw() ^ (wide >> 32n)
  }
  return [draw(), draw(), draw(), draw() | 1n]
}

describe("generator", () => {
  for (const keys of [[0], [1], [1, 1], [1, 2], [-1], [2 ** 40 + 5, 3]]) {
    test(`is xoshiro128** for keys ${keys}`, () => {
      const { next } = generator(...keys)
      expect(Array.from({ length: 50 }, next)).toEqual(reference(seeded(...keys), 50))
    })
  }

  test("below(6) is uniform: 60000 throws, each face within 5 standard deviations of 10000", () => {
    const { below } = generator(3)
    const faces = new Array<number>(6).fill(0)
    for (let i = 0; i < 60_000; i++) {
      const face = below(6)
      faces[face] = (faces[face] ?? 0) + 1
    }
    for (const count of faces) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6)))
  })
})

describe("shuffled", () => {
  for (const examples of [1, 2, 7, 1024]) {
    test(`the order of ${examples} examples is a permutation`, () => {
      const sorted = [...permutation(examples, 5, 3)].sort((a, b) => a - b)
      expect(sorted).toEqual(Array.from({ length: examples }, (_, i) => i))
    })
  }

  test("epochs and seeds have different orders, the same ones the same", () => {
    const order = (seed: number, epoch: number) => permutation(100, seed, epoch).join()
    expect(order(1, 1)).toBe(order(1, 1))
    expect(new Set([order(1, 1), order(1, 2), order(2, 1), order(2, 2)]).size).toBe(4)
  })

  test("the last batch of an epoch is what is left, and every example is seen once an epoch", () => {
    const schedule = shuffled({ examples: 22, batchSize: 8, epochs: 2, seed: 1 })
    expect(schedule.iterations).toBe(6)
    expect(schedule.batchSizes).toEqual([8, 6])
    for (const first of [1, 4]) {
      const batches = [0, 1, 2].map((i) => [...schedule.batch(first + i)])
      expect(batches.map((batch) => batch.length)).toEqual([8, 8, 6])
      expect(new Set(batches.flat()).size).toBe(22)
    }
    expect([1, 3, 4, 6].map((iteration) => epochOf(schedule, iteration))).toEqual([1, 1, 2, 2])
  })

  test("any iteration can be asked for first", () => {
    const options = { examples: 22, batchSize: 8, epochs: 3, seed: 9 }
    const whole = shuffled(options)
    for (let i = 1; i <= whole.iterations; i++) whole.batch(i)
    expect([...shuffled(options).batch(8)]).toEqual([...whole.batch(8)])
  })

  test("fewer examples than a batch make batches of all", () => {
    expect(shuffled({ examples: 3, batchSize: 32, epochs: 1, seed: 0 }).batchSizes).toEqual([3])
  })

  for (const wrong of [{ batchSize: 0 }, { epochs: 1.5 }, { examples: -1 }, { seed: 0.5 }]) {
    test(`${JSON.stringify(wrong)} is refused by name`, () => {
      const options = { examples: 4, batchSize: 2, epochs: 1, seed: 0, ...wrong }
      expect(() => shuffled(options)).toThrow(Object.keys(wrong)[0])
    })
  }
})

describe("ordered", () => {
  test("gives exactly these batches", () => {
    const schedule = ordered(
      [
        [3, 1],
        [0, 2],
        [1, 1]
      ],
      4
    )
    expect([1, 2, 3].map((i) => [...schedule.batch(i)])).toEqual([
      [3, 1],
      [0, 2],
      [1, 1]
    ])
    expect([1, 2, 3].map((i) => epochOf(schedule, i))).toEqual([1, 1, 2])
  })

  test("an index of no example is named", () => {
    expect(() =>
      ordered(
        [
          [0, 1],
          [2, 4]
        ],
        4
      )
    ).toThrow("entry 2 of batch 2 is 4")
    expect(() => ordered([[]], 4)).toThrow(InputError)
    expect(() => ordered([], 4)).toThrow(InputError)
  })
})
