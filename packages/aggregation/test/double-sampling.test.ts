/** MoDo and SDMGrad, whose matrix is J₁ J₂ᵀ of two batches, and the projection onto the simplex that they share. */
import { describe, expect, test } from "bun:test"
import { type MoDoOptions, modo, modoMethod } from "../src/methods/modo.ts"
import { type SDMGradOptions, sdmgrad, sdmgradMethod } from "../src/methods/sdmgrad.ts"
import { projectOntoSimplex } from "../src/methods/simplex.ts"
import { plan, weigh } from "./plan.ts"
import { normalRows, uniform } from "./samplers.ts"
import { dot, relativeDistance } from "./vectors.ts"

const projected = (point: readonly number[]) => {
  const result = Float64Array.from(point)
  projectOntoSimplex(result, new Float64Array(point.length), "the point")
  return Array.from(result)
}
const close = (seen: ArrayLike<number>, expected: readonly number[], tolerance = 1e-12) =>
  expect(relativeDistance(seen, expected)).toBeLessThan(tolerance)

/** J₁ J₂ᵀ, row-major. */
function crossed(m: number, n: number, seed: number) {
  const [first, second] = [normalRows(m, n, seed), normalRows(m, n, seed + 1)]
  return Float64Array.from(first.flatMap((row) => second.map((other) => dot(row, other))))
}
const diagonal = (entries: readonly number[]) =>
  Float64Array.from(entries.flatMap((entry, i) => entries.map((_, j) => (i === j ? entry : 0))))

describe("the projection onto the simplex", () => {
  test("of points whose projection is known", () => {
    close(projected([0.5, 0.1, 0.1]), [0.6, 0.2, 0.2], 1e-15)
    expect(projected([1, 0, -0.5])).toEqual([1, 0, 0])
    expect(projected([-7])).toEqual([1])
    expect(projected([2, 2])).toEqual([0.5, 0.5])
    expect(projected([0.25, 0.75, 0])).toEqual([0.25, 0.75, 0])
  })

  test("meets its optimality conditions: w_i = y_i − θ where w_i > 0, y_i ≤ θ elsewhere, and a sum of one", () => {
    const next = uniform(4)
    for (let draw = 0; draw < 200; draw++) {
      const point = Array.from({ length: 1 + (draw % 12) }, () => 3 * next() - 1.5)
      const weights = projected(point)
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 14)
      const held = point.map((entry, i) => entry - (weights[i] ?? 0))
      const theta = Math.max(...held.filter((_, i) => (weights[i] ?? 0) > 0))
      held.forEach((entry, i) => {
        if ((weights[i] ?? 0) > 0) expect(entry).toBeCloseTo(theta, 14)
        else expect(entry).toBeLessThanOrEqual(theta + 1e-15)
      })
    }
  })

  test("of points far away keeps their differences", () => {
    expect(projected([2 ** 60, 2 ** 60 - 1024])).toEqual([1, 0])
    expect(projected([1e300, 1e300, -1e300])).toEqual([0.5, 0.5, 0])
    close(projected([2 ** 40 + 0.5, 2 ** 40 + 0.25, 0]), [0.625, 0.375, 0], 1e-15)
  })

  test("of a point that is not finite is refused", () => {
    expect(() => projected([1, Number.NaN])).toThrow("entry 1 of the point")
  })
})

describe("MoDo", () => {
  const call = (options: MoDoOptions, matrices: readonly Float64Array[]) => {
    const m = Math.sqrt(matrices[0]?.length ?? 1)
    using weighting = plan(modoMethod, modo(options), m)
    return matrices.map((values) => Array.from(weighting.weigh({ objectives: m, values }).weights))
  }

  test("takes steps down (M + ρ) w, projected, from 1/m each, also where M is not symmetric", () => {
    const matrices = [1, 2, 3, 4].map((seed) => crossed(4, 6, 10 * seed))
    const [gamma, rho] = [0.07, 0.3]
    let expected: readonly number[] = [0.25, 0.25, 0.25, 0.25]
    call({ gamma, rho }, matrices).forEach((seen, k) => {
      const held = expected
      const matrix = matrices[k] ?? new Float64Array()
      expected = projected(
        held.map((weight, i) => weight - gamma * (dot(matrix.subarray(4 * i, 4 * i + 4), held) + rho * weight))
      )
      close(seen, expected)
    })
  })

  test("of diag(1, 3) ends at the weights of MGDA, 3 to 1", () => {
    const last = call(
      { gamma: 0.1, rho: 0 },
      Array.from({ length: 200 }, () => diagonal([1, 3]))
    ).at(-1)
    close(last ?? [], [0.75, 0.25], 1e-10)
  })

  test("of a matrix of zeros keeps its weights, and of one row gives it weight 1", () => {
    expect(call({}, [new Float64Array(4)])).toEqual([[0.5, 0.5]])
    expect(call({}, [Float64Array.of(9)])).toEqual([[1]])
  })

  test("conflicts with a row", () => {
    const rows = [
      [2, 0],
      [-4, 2]
    ]
    const { direction } = weigh(modoMethod, modo(), rows)
    expect(Math.min(...rows.map((row) => dot(row, direction)))).toBeLessThan(-0.1)
  })

  test("of entries of 1e300 stays on the simplex, and refuses a step beyond float64", () => {
    expect(call({}, [diagonal([1e300, 1e-300])])).toEqual([[0, 1]])
    expect(() => call({ gamma: 1e10 }, [diagonal([1e300, 1])])).toThrow("entry 0 of the weights of modo")
  })
})

describe("SDMGrad", () => {
  const call = (options: SDMGradOptions, matrices: readonly Float64Array[]) => {
    const m = Math.sqrt(matrices[0]?.length ?? 1)
    using weighting = plan(sdmgradMethod, sdmgrad(options), m)
    return matrices.map((values) => Array.from(weighting.weigh({ objectives: m, values }).weights))
  }
  const one = { iterations: 1 }
  const first = diagonal([1, 0.25, 0])

  test("of diag(1, 1/4, 0), then the identity, one inner step each", () => {
    // s = 1/2 and 1; the steps project (-17, -4, 1/3) to e_2 and (-1, -1, -10) to (1/2, 1/2, 0).
    const [after, then] = call(one, [first, diagonal([1, 1, 1])])
    close(after ?? [], [1 / 13, 1 / 13, 11 / 13])
    close(then ?? [], [6 / 13, 6 / 13, 1 / 13])
  })

  test("with a preference pulls towards it", () => {
    close(call({ ...one, preference: [0, 0, 1] }, [first])[0] ?? [], [0, 0, 1])
  })

  test("follows its definition, momentum included, also where M is not symmetric", () => {
    const matrices = [crossed(3, 5, 1), crossed(3, 5, 7)]
    const [lambda, learningRate, momentum, iterations] = [0.4, 0.05, 0.6, 7]
    const preference = [0.2, 0.5, 0.3]
    let v = [1 / 3, 1 / 3, 1 / 3]
    call({ lambda, learningRate, momentum, iterations, preference }, matrices).forEach((seen, k) => {
      const matrix = matrices[k] ?? new Float64Array()
      const s = [0, 4, 8].reduce((sum, at) => sum + Math.sqrt(Math.max(0, matrix[at] ?? 0)) / 3, 0)
      let velocity = [0, 0, 0]
      for (let step = 0; step < iterations; step++) {
        const pulled = v.map((weight, i) => weight + lambda * (preference[i] ?? 0))
        const slopes = v.map((_, i) => dot(matrix.subarray(3 * i, 3 * i + 3), pulled) / s ** 2)
        velocity = velocity.map((held, i) => momentum * held + (slopes[i] ?? 0))
        const speed = velocity
        v = projected(v.map((weight, i) => weight - learningRate * (speed[i] ?? 0)))
      }
      close(
        seen,
        v.map((weight, i) => (weight + lambda * (preference[i] ?? 0)) / (1 + lambda))
      )
    })
  })

  test("does not change with the unit of the gradients, from 1e-300 to 1e300", () => {
    const matrix = crossed(3, 5, 3)
    const expected = call({}, [matrix])[0] ?? []
    for (const factor of [2 ** -980, 2 ** -40, 2 ** 980]) {
      expect(call({}, [matrix.map((entry) => entry * factor)])[0]).toEqual(expected)
    }
  })

  test("of a matrix without a positive diagonal entry is scaled by its largest entry", () => {
    close(call({}, [Float64Array.of(-2, 1, 1, -2)])[0] ?? [], call({}, [Float64Array.of(-4, 2, 2, -4)])[0] ?? [])
    expect(call({}, [new Float64Array(4)])[0]).toEqual([0.5, 0.5])
  })

  test("refuses entries off the diagonal that the diagonal cannot scale", () => {
    expect(() => call({}, [Float64Array.of(1e-300, 1e300, -1e300, 1e-300)])).toThrow("the weights of sdmgrad")
  })

  test("conflicts with a row", () => {
    const rows = [[1], [-1]]
    const { direction } = weigh(sdmgradMethod, sdmgrad({ preference: [1, 0], lambda: 2 }), rows)
    expect(Math.min(...rows.map((row) => dot(row, direction)))).toBeLessThan(-0.1)
  })
})
