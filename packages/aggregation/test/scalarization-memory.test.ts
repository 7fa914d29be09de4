import { describe, expect, test } from "bun:test"
import { restoreState, saveState } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import type { Method, Specification } from "../src/method.ts"
import { dwa, dwaMethod } from "../src/scalarizations/dwa.ts"
import { famo, famoMethod } from "../src/scalarizations/famo.ts"
import { imtlL, imtlLMethod } from "../src/scalarizations/imtl-l.ts"
import { uw, uwMethod } from "../src/scalarizations/uw.ts"
import { planOf } from "./plan.ts"
import { uniform } from "./samplers.ts"
import { relativeDistance } from "./vectors.ts"

const of = (...losses: number[]) => Float64Array.from(losses)

function scalarization<A extends Specification>(method: Method<A>, specification: A, objectives: number) {
  const plan = planOf(method, specification, objectives)
  if (plan.asks !== "values") throw new Error(`${method.name} looks at more than the values`)
  return plan.scalarization
}

describe("learned scales", () => {
  test("uw: the weights of a call are those before its own step", () => {
    using planned = scalarization(uwMethod, uw({ learningRate: 0.1 }), 2)
    const losses = of(2, 5)
    expect(Array.from(planned.weigh(losses))).toEqual([0.5, 0.5])
    // s = 0 − .1 (½ − ½ L) = .05, .2
    expect(relativeDistance(planned.weigh(losses), [0.5 * Math.exp(-0.05), 0.5 * Math.exp(-0.2)])).toBeLessThan(1e-15)
  })

  test("imtl-l: the weights of a call are those before its own step", () => {
    using planned = scalarization(imtlLMethod, imtlL({ learningRate: 0.1 }), 2)
    const losses = of(2, 5)
    expect(Array.from(planned.weigh(losses))).toEqual([1, 1])
    // s = 0 − .1 (L − 1) = −.1, −.4
    expect(relativeDistance(planned.weigh(losses), [Math.exp(-0.1), Math.exp(-0.4)])).toBeLessThan(1e-15)
  })

  test("settle where the weighted losses are one half, or one", () => {
    const losses = of(0.2, 1, 7)
    using variances = scalarization(uwMethod, uw({ learningRate: 0.2 }), 3)
    using scales = scalarization(imtlLMethod, imtlL({ learningRate: 0.1 }), 3)
    for (let call = 0; call < 1000; call++) {
      variances.weigh(losses)
      scales.weigh(losses)
    }
    expect(relativeDistance(variances.weigh(losses), [0.5 / 0.2, 0.5, 0.5 / 7])).toBeLessThan(1e-12)
    expect(relativeDistance(scales.weigh(losses), [1 / 0.2, 1, 1 / 7])).toBeLessThan(1e-12)
  })

  test("uw with twice the learning rate is imtl-l with half of the weights", () => {
    const next = uniform(3)
    using variances = scalarization(uwMethod, uw({ learningRate: 0.2 }), 3)
    using scales = scalarization(imtlLMethod, imtlL({ learningRate: 0.1 }), 3)
    for (let call = 0; call < 50; call++) {
      const losses = of(next(), 2 * next(), 5 * next())
      const expected = scales.weigh(losses).map((weight) => weight / 2)
      expect(relativeDistance(variances.weigh(losses), expected)).toBeLessThan(1e-13)
    }
  })

  test("a learning rate of zero learns nothing", () => {
    using planned = scalarization(uwMethod, uw({ learningRate: 0 }), 1)
    for (let call = 0; call < 3; call++) expect(planned.weigh(of(100))[0]).toBe(0.5)
  })

  test("a call that fails leaves the scales as they were", () => {
    using planned = scalarization(imtlLMethod, imtlL({ learningRate: 1 }), 2)
    planned.weigh(of(0.5, 0.25))
    const before = saveState(planned.state)
    expect(() => planned.weigh(of(1, 1.7e308))).toThrow(InputError)
    expect(saveState(planned.state)).toEqual(before)
  })
})

describe("dwa", () => {
  const softmaxOf = (a: number, b: number, temperature: number) => {
    const [p, q] = [Math.exp(a / temperature), Math.exp(b / temperature)]
    return [(2 * p) / (p + q), (2 * q) / (p + q)]
  }

  test("weighs equally in two epochs, then by the ratio of their means", () => {
    using planned = scalarization(dwaMethod, dwa({ period: 2 }), 2)
    for (const losses of [of(2, 2), of(0, 0), of(2, 6), of(0, 2)]) {
      expect(Array.from(planned.weigh(losses))).toEqual([1, 1])
    }
    for (const losses of [of(3, 5), of(9, 1)]) {
      expect(relativeDistance(planned.weigh(losses), softmaxOf(1, 4, 2))).toBeLessThan(1e-15)
    }
    // The means were (1, 4), then (6, 3).
    expect(relativeDistance(planned.weigh(of(0, 0)), softmaxOf(6, 3 / 4, 2))).toBeLessThan(1e-15)
  })

  test("forgets all but the last two epochs", () => {
    using planned = scalarization(dwaMethod, dwa(), 2)
    for (const losses of [of(9, 1), of(1, 1), of(1, 4)]) planned.weigh(losses)
    expect(relativeDistance(planned.weigh(of(3, 5)), softmaxOf(1, 4, 2))).toBeLessThan(1e-15)
  })

  test("takes losses of a constant negative sign", () => {
    using planned = scalarization(dwaMethod, dwa(), 2)
    for (const losses of [of(-2, -2), of(-2, -8)]) planned.weigh(losses)
    expect(relativeDistance(planned.weigh(of(3, 5)), softmaxOf(1, 4, 2))).toBeLessThan(1e-15)
  })

  test("the weights sum to m", () => {
    const next = uniform(5)
    using planned = scalarization(dwaMethod, dwa({ temperature: 0.3 }), 5)
    for (let call = 0; call < 20; call++) {
      const losses = Float64Array.from({ length: 5 }, () => 0.1 + next())
      expect(planned.weigh(losses).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(5, 13)
    }
  })

  test("a mean of zero has the limit of its ratio", () => {
    using planned = scalarization(dwaMethod, dwa(), 3)
    for (const losses of [of(0, 0, 1), of(0, 1, 1)]) planned.weigh(losses)
    expect(Array.from(planned.weigh(of(0, 0, 1)))).toEqual([0, 3, 0])
    using quiet = scalarization(dwaMethod, dwa(), 2)
    for (const losses of [of(0, 1), of(0, 1)]) quiet.weigh(losses)
    expect(Array.from(quiet.weigh(of(0, 1)))).toEqual([1, 1])
  })
})

describe("famo", () => {
  /** log(L + ε) of the arguments. */
  const logs = (losses: Float64Array) => losses.map((loss) => Math.log(loss + 1e-8))

  /** ξ by the formulas of Adam as torch states them, step by step. */
  function reference(steps: readonly (readonly [Float64Array, Float64Array])[], rate: number, decay: number) {
    const m = 3
    const [xi, mean, square] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)]
    steps.forEach(([before, after], index) => {
      const t = index + 1
      const exponentials = xi.map(Math.exp)
      const total = exponentials.reduce((sum, entry) => sum + entry, 0)
      const z = exponentials.map((entry) => entry / total)
      const [old, now] = [logs(before), logs(after)]
      const delta = old.map((entry, i) => entry - (now[i] ?? 0))
      for (let i = 0; i < m; i++) {
        // The Jacobian of softmax: ∂z_j / ∂ξ_i = z_j ([i = j] − z_i).
        const slope = delta.reduce((sum, d, j) => sum + d * (z[j] ?? 0) * (Number(i === j) - (z[i] ?? 0)), 0)
        const gradient = slope + decay * (xi[i] ?? 0)
        mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * gradient
        square[i] = 0.999 * (square[i] ?? 0) + 0.001 * gradient ** 2
        const unbiased = (mean[i] ?? 0) / (1 - 0.9 ** t)
        xi[i] = (xi[i] ?? 0) - (rate * unbiased) / (Math.sqrt((square[i] ?? 0) / (1 - 0.999 ** t)) + 1e-8)
      }
    })
    return xi
  }

  test("follows torch's Adam on the logits", () => {
    const next = uniform(8)
    for (const settings of [famo(), famo({ learningRate: 0.1, weightDecay: 0.2 })]) {
      using planned = scalarization(famoMethod, settings, 3)
      const steps: (readonly [Float64Array, Float64Array])[] = []
      for (let call = 0; call < 40; call++) {
        const before = of(0.1 + next(), 0.1 + 2 * next(), 0.1 + 9 * next())
        const after = before.map((loss) => loss * (0.5 + next()))
        const seen = planned.weigh(before).slice()
        const inverse = reference(steps, settings.learningRate, settings.weightDecay).map(
          (entry, i) => Math.exp(entry) / ((before[i] ?? 0) + 1e-8)
        )
        const total = inverse.reduce((sum, entry) => sum + entry, 0)
        expect(
          relativeDistance(
            seen,
            inverse.map((entry) => entry / total)
          )
        ).toBeLessThan(1e-12)
        steps.push([before, after])
        planned.observe?.(after)
      }
    }
  })

  test("the first observation moves every logit by the learning rate, against its relative decrease", () => {
    using planned = scalarization(famoMethod, famo(), 2)
    planned.weigh(of(1, 2))
    planned.observe?.(of(0.5, 1.9))
    const logits = planned.state.get("logits") ?? of()
    expect(relativeDistance(logits, [-0.025, 0.025])).toBeLessThan(1e-6)
  })

  test("compares with the losses of the last call; equal losses move nothing", () => {
    using planned = scalarization(famoMethod, famo(), 2)
    planned.weigh(of(5, 5))
    planned.weigh(of(1, 4))
    planned.observe?.(of(1, 4))
    expect(Array.from(planned.state.get("logits") ?? [])).toEqual([0, 0])
  })

  test("weights sum to one", () => {
    const next = uniform(9)
    using planned = scalarization(famoMethod, famo(), 4)
    for (let call = 0; call < 30; call++) {
      const losses = Float64Array.from({ length: 4 }, () => next() ** 8)
      expect(planned.weigh(losses).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
      planned.observe?.(losses.map((loss) => loss * next()))
    }
  })

  test("refuses an observation before the first call, and one of another size or sign", () => {
    using planned = scalarization(famoMethod, famo(), 2)
    expect(() => planned.observe?.(of(1, 1))).toThrow("before an observation")
    planned.weigh(of(1, 1))
    expect(() => planned.observe?.(of(1))).toThrow(InputError)
    expect(() => planned.observe?.(of(1, -1))).toThrow(InputError)
    expect(() => planned.observe?.(of(1, Number.NaN))).toThrow(InputError)
  })
})

describe("a restored state goes on with the same bits", () => {
  const resumes = <A extends Specification>(method: Method<A>, specification: A) => {
    for (const calls of [0, 1, 5, 12]) {
      const next = uniform(calls)
      const draw = () => of(0.1 + next(), 0.1 + 3 * next(), 0.1 + 10 * next())
      using first = scalarization(method, specification, 3)
      for (let call = 0; call < calls; call++) {
        first.weigh(draw())
        first.observe?.(draw())
      }
      using second = scalarization(method, specification, 3)
      restoreState(second.state, saveState(first.state))
      for (let call = 0; call < 8; call++) {
        const [before, after] = [draw(), draw()]
        expect(Array.from(second.weigh(before))).toEqual(Array.from(first.weigh(before)))
        first.observe?.(after)
        second.observe?.(after)
      }
      expect(saveState(second.state)).toEqual(saveState(first.state))
    }
  }
  test("uw", () => resumes(uwMethod, uw()))
  test("imtl-l", () => resumes(imtlLMethod, imtlL()))
  test("dwa", () => resumes(dwaMethod, dwa({ period: 3 })))
  test("famo", () => resumes(famoMethod, famo()))
})
