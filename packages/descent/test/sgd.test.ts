/** SGD against PyTorch's update rule, worked by hand on numbers that float32 holds exactly. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { makeOptimizer, type SgdOptions, sgd } from "../src/index.ts"

/** Parameters after each update of p = 1 by the directions given. */
function path(options: SgdOptions, directions: readonly number[]): number[] {
  const optimizer = makeOptimizer(sgd(options), 1)
  const parameters = Float32Array.of(1)
  return directions.map((direction, i) => {
    optimizer.update(parameters, Float32Array.of(direction), i + 1)
    return parameters[0] ?? Number.NaN
  })
}

describe("sgd follows torch.optim.SGD", () => {
  // Each row: options, directions, and the parameter after each step by the rule of the module's doc comment.
  const cases: [string, SgdOptions, number[], number[]][] = [
    ["plain: p - 0.5 d", { learningRate: 0.5 }, [1, -2], [0.5, 1.5]],
    // d = 1 + 0.5·1 = 1.5, p = 1 - 0.75 = 0.25; d = 1 + 0.125 = 1.125, p = 0.25 - 0.5625 = -0.3125
    ["weight decay", { learningRate: 0.5, weightDecay: 0.5 }, [1, 1], [0.25, -0.3125]],
    // b = 1, p = 0.5; b = 0.5 + 1 = 1.5, p = -0.25; b = 0.75 + 1 = 1.75, p = -1.125
    ["momentum", { learningRate: 0.5, momentum: 0.5 }, [1, 1, 1], [0.5, -0.25, -1.125]],
    // The first step is not dampened: b = 1; then b = 0.5 + 0.75 = 1.25; p = 0.5, -0.125
    [
      "dampening starts with the second step",
      { learningRate: 0.5, momentum: 0.5, dampening: 0.25 },
      [1, 1],
      [0.5, -0.125]
    ],
    // b = 1, d = 1 + 0.5 = 1.5, p = 0.25; b = 1.5, d = 1 + 0.75 = 1.75, p = -0.625
    ["nesterov", { learningRate: 0.5, momentum: 0.5, nesterov: true }, [1, 1], [0.25, -0.625]]
  ]
  for (const [name, options, directions, expected] of cases) {
    test(name, () => expect(path(options, directions)).toEqual(expected))
  }

  test("a rate is told by plain SGD alone, whose update is p − rate d", () => {
    const rate = (options: SgdOptions) => makeOptimizer(sgd(options), 1).rate?.(3)
    const schedule = { kind: "inverse-sqrt", initial: 3 } as const
    expect(rate({ learningRate: 0.5 })).toBe(0.5)
    expect(rate({ learningRate: schedule })).toBe(3 / Math.sqrt(3))
    expect(rate({ learningRate: 0.5, momentum: 0.5 })).toBeUndefined()
    expect(rate({ learningRate: 0.5, weightDecay: 0.5 })).toBeUndefined()
  })

  test("the arithmetic is float64, rounded once where float32 is stored", () => {
    expect(path({ learningRate: 0.1 }, [0.3])).toEqual([Math.fround(1 - 0.1 * Math.fround(0.3))])
  })
})

describe("options out of range name themselves", () => {
  const wrong: [SgdOptions, string][] = [
    [{ learningRate: 0 }, "learningRate"],
    [{ learningRate: Number.NaN }, "learningRate"],
    [{ learningRate: 1, momentum: 1 }, "momentum"],
    [{ learningRate: 1, dampening: -1 }, "dampening"],
    [{ learningRate: 1, weightDecay: -1 }, "weightDecay"],
    [{ learningRate: 1, nesterov: true }, "nesterov"],
    [{ learningRate: 1, momentum: 0.5, dampening: 0.5, nesterov: true }, "nesterov"]
  ]
  for (const [options, key] of wrong) {
    test(JSON.stringify(options), () => {
      expect(() => sgd(options)).toThrow(InputError)
      expect(() => sgd(options)).toThrow(key)
    })
  }
})
