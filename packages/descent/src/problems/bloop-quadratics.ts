/**
 * Bloop's quadratics: least squares with more parameters than data, and the distance to a far target.
 *
 * f₁ = L_m = ½ mean (Xθ - y)², f₂ = L_a = ½ ‖θ - θ*‖², X = N(0, 1) diag(s), n × p with n = 256 and p = 300, s evenly
 * from 1 to 10, y = X θ₀ + 0.05 N(0, 1), θ₀ ~ N(0, I), θ* ~ 10 N(0, I), start 0. A batch takes 64 rows of X.
 * Source: "Careful with that Scalpel" (arXiv 2402.02998), notebook `quadratics` of the authors' code, here with draws
 * of our own generator in the order X (row by row), the noise, θ₀, θ*.
 *
 * Pareto set: θ(w) = θ* + Xᵀ (X Xᵀ + n (1-w)/w I)⁻¹ (y - X θ*), from θ* at w = 0 to the bilevel solution at w = 1, the
 * point of L_m = 0 next to θ*.
 *
 * Traps: L_m has a null space of 44 dimensions that only L_a decides; mixing the two losses moves the minimum of L_m
 * by orders of magnitude; a batch of 64 rows projects L_a's gradient against noise unless an average is kept.
 *
 * @module
 */

import { type Generator, generator } from "@dualcone/aggregation"
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { fillNormal } from "./normal.ts"
import { paretoSet, slowAtEnds } from "./pareto-set.ts"
import { type Estimate, objectivePlane, type Problem } from "./problem.ts"

const NOISE = 0.05
const TARGET_SCALE = 10
const LARGEST_SCALE = 10

/** Options of {@link bloopQuadratics}. */
export interface BloopQuadraticsOptions {
  /** n, rows of X. Default 256. */
  readonly rows?: number
  /** p, at least 2. Default 300. */
  readonly parameters?: number
  /** Rows of a batch, at most n. Default 64. */
  readonly batchSize?: number
  /** Of X, the noise, θ₀ and θ*. Default 0. */
  readonly seed?: number
}

/** The problem with its batches. */
export interface BloopQuadratics extends Problem {
  /** n. */
  readonly rows: number
  readonly batchSize: number
  /** θ*. */
  readonly target: Float64Array
  /** Both losses and gradients, L_m over these rows of X alone. */
  batch(theta: Float64Array, rows: ArrayLike<number>): Estimate
  /** The fixed batches that the authors' runs repeat each epoch, in the order given: ⌊n / batchSize⌋ of one shuffle. */
  epoch(draw: Generator): readonly Int32Array[]
}

/**
 * Bloop's quadratics. A `sample` draws `batchSize` distinct rows.
 *
 * @throws {InputError} for sizes that are not whole numbers from 1 (parameters: 2) on, and a batch larger than n
 */
export function bloopQuadratics(
  functions: RealFunctions,
  { rows = 256, parameters = 300, batchSize = 64, seed = 0 }: BloopQuadraticsOptions = {}
): BloopQuadratics {
  for (const [place, value, least] of [
    ["rows", rows, 1],
    ["parameters", parameters, 2],
    ["batchSize", batchSize, 1]
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InputError({ rule: `it must be a whole number from ${least} on`, place, value })
    }
  }
  if (batchSize > rows) {
    throw new InputError({ rule: `there are ${rows} rows to draw from`, place: "batchSize", value: batchSize })
  }
  const stream = generator(seed)
  const normal = (count: number) => fillNormal(new Float64Array(count), stream, functions)
  const step = (LARGEST_SCALE - 1) / (parameters - 1)
  const x = normal(rows * parameters).map((entry, at) => entry * (1 + step * (at % parameters)))
  const noise = normal(rows)
  const y = multiply(x, normal(parameters)).map((entry, i) => entry + NOISE * (noise[i] ?? 0))
  const target = normal(parameters).map((entry) => TARGET_SCALE * entry)
  const everyRow = Int32Array.from({ length: rows }, (_, i) => i)

  const residual = (theta: Float64Array, row: number) =>
    dot(x.subarray(row * parameters, (row + 1) * parameters), theta) - (y[row] ?? 0)
  const values = (theta: Float64Array) => {
    let squares = 0
    for (let row = 0; row < rows; row++) {
      const missed = residual(theta, row)
      squares += missed * missed
    }
    let distance = 0
    for (let i = 0; i < parameters; i++) {
      const away = (theta[i] ?? Number.NaN) - (target[i] ?? 0)
      distance += away * away
    }
    return Float64Array.of(squares / rows / 2, distance / 2)
  }
  const batch = (theta: Float64Array, of: ArrayLike<number>): Estimate => {
    const jacobian = new Float64Array(2 * parameters)
    let squares = 0
    for (let k = 0; k < of.length; k++) {
      const row = of[k] ?? 0
      const missed = residual(theta, row)
      squares += missed * missed
      for (let i = 0; i < parameters; i++) {
        jacobian[i] = (jacobian[i] ?? 0) + (missed * (x[row * parameters + i] ?? 0)) / of.length
      }
    }
    let distance = 0
    for (let i = 0; i < parameters; i++) {
      const away = (theta[i] ?? Number.NaN) - (target[i] ?? 0)
      jacobian[parameters + i] = away
      distance += away * away
    }
    return { values: Float64Array.of(squares / of.length / 2, distance / 2), jacobian }
  }

  return {
    name: "bloop-quadratics",
    title: "Least squares and a far target",
    source: "Careful with that Scalpel (arXiv 2402.02998), the authors' notebook of quadratics",
    rows,
    batchSize,
    target,
    batch,
    epoch(draw) {
      const order = shuffledStart(rows, rows, draw)
      return Array.from({ length: Math.floor(rows / batchSize) }, (_, k) =>
        order.slice(k * batchSize, (k + 1) * batchSize)
      )
    },
    parameters,
    objectives: 2,
    values,
    jacobian: (theta) => batch(theta, everyRow).jacobian,
    sample: (theta, draw) => batch(theta, shuffledStart(rows, batchSize, draw)),
    starts: [Array.from({ length: parameters }, () => 0)],
    paretoSet: paretoSet([pareto(x, y, target)], 33),
    view: {
      parameters: null,
      values: objectivePlane({ x: [-200, 6500], y: [4000, 17_500] }, ["main loss", "auxiliary loss"])
    },
    protocol: { optimizer: "sgd", learningRate: 0.001, schedule: "constant", steps: 4000, multipliers: {} }
  }
}

/** t ↦ θ(w), w = 1 / (1 + μ/n) with μ = s (1-r)/r, r rising slowly at both ends, s the mean of the diagonal of X Xᵀ. */
function pareto(x: Float64Array, y: Float64Array, target: Float64Array): (t: number) => Float64Array {
  const n = y.length
  const p = target.length
  let products: Float64Array | undefined
  const missing = multiply(x, target).map((entry, i) => (y[i] ?? 0) - entry)
  return (t) => {
    const share = slowAtEnds(t)
    if (share === 0) return target.slice()
    products ??= gramian(x, n, p)
    let diagonal = 0
    for (let i = 0; i < n; i++) diagonal += products[i * n + i] ?? 0
    const solution = solve(products, (diagonal / n) * ((1 - share) / share), missing)
    const theta = target.slice()
    for (let row = 0; row < n; row++) {
      const weight = solution[row] ?? 0
      for (let i = 0; i < p; i++) theta[i] = (theta[i] ?? 0) + weight * (x[row * p + i] ?? 0)
    }
    return theta
  }
}

/** (A + μ I)⁻¹ b for a symmetric positive definite A, by Cholesky's factorisation. */
function solve(a: Float64Array, shift: number, b: Float64Array): Float64Array {
  const n = b.length
  const factor = a.slice()
  const solution = b.slice()
  for (let i = 0; i < n; i++) {
    const row = factor.subarray(i * n, i * n + n)
    for (let j = 0; j <= i; j++) {
      const other = factor.subarray(j * n, j * n + n)
      let rest = (row[j] ?? 0) + (i === j ? shift : 0)
      for (let k = 0; k < j; k++) rest -= (row[k] ?? 0) * (other[k] ?? 0)
      row[j] = i === j ? Math.sqrt(rest) : rest / (other[j] ?? 1)
    }
    let rest = solution[i] ?? 0
    for (let k = 0; k < i; k++) rest -= (row[k] ?? 0) * (solution[k] ?? 0)
    solution[i] = rest / (row[i] ?? 1)
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = solution[i] ?? 0
    for (let k = i + 1; k < n; k++) rest -= (factor[k * n + i] ?? 0) * (solution[k] ?? 0)
    solution[i] = rest / (factor[i * n + i] ?? 1)
  }
  return solution
}

/** X Xᵀ, n × n. */
function gramian(x: Float64Array, n: number, p: number): Float64Array {
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = x.subarray(i * p, (i + 1) * p)
    for (let j = 0; j <= i; j++) {
      const product = dot(row, x.subarray(j * p, (j + 1) * p))
      products[i * n + j] = product
      products[j * n + i] = product
    }
  }
  return products
}

/** The first `count` entries of a shuffle of 0 … size-1. */
function shuffledStart(size: number, count: number, draw: Generator): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i)
  for (let i = 0; i < count; i++) {
    const j = i + draw.below(size - i)
    const kept = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = kept
  }
  return order.subarray(0, count)
}

/** X θ. */
function multiply(x: Float64Array, theta: Float64Array): Float64Array {
  const p = theta.length
  return Float64Array.from({ length: x.length / p }, (_, row) => dot(x.subarray(row * p, (row + 1) * p), theta))
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += (a[i] ?? 0) * (b[i] ?? 0)
  return total
}
