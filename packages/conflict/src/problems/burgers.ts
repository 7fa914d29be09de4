/**
 * A physics-informed network: Burgers' equation with residual, boundary and initial losses.
 *
 * u(t, x) = Σ c_k tanh(p_k t + q_k x + b_k) + d, 24 units, on t ∈ [0, 1], x ∈ [-1, 1], shall solve
 * u_t + u u_x = ν u_xx, ν = 0.05, u(t, ±1) = 0, u(0, x) = -sin πx. Losses are means of squares: of the residual on a grid
 * of 12 × 16 inner points, of u at 2 × 12 points of the border, of u + sin πx at 24 points of t = 0. One hidden layer has
 * all derivatives in closed form, those of second order and their gradients too. Source: Raissi, Perdikaris and
 * Karniadakis, "Physics-informed neural networks" (2019), section 3.1, smoother and smaller; candidate K10.
 *
 * @module
 */
import { generator, linearizeJacobian } from "@dualcone/aggregation"
import { fillNormal } from "@dualcone/descent"
import type { RealFunctions } from "@dualcone/wasm"
import type { Instance, InstanceContext } from "../instance.ts"
import type { LearnedProblem } from "../problem.ts"

const UNITS = 24
const VISCOSITY = 0.05
/** p, q, b and c of all units, then d. */
const PARAMETERS = 4 * UNITS + 1

/** One squared term: u and its derivatives at a point, the error they make, and the slopes of the error in them. */
interface Point {
  readonly t: number
  readonly x: number
  readonly row: 0 | 1 | 2
  readonly weight: number
}

/** Values and Jacobian of the three losses. */
export interface Burgers {
  readonly parameters: number
  values(theta: Float64Array): Float64Array
  jacobian(theta: Float64Array): Float64Array
  start(seed: number): Float64Array
}

/** The losses as a function of the network's parameters. */
export function burgers(functions: RealFunctions): Burgers {
  const { sin, tanh } = functions
  const points: readonly Point[] = [
    ...grid(12, 16, (i, j) => ({ t: (i + 0.5) / 12, x: -1 + (2 * j + 1) / 16, row: 0, weight: 1 / 192 }) as const),
    ...grid(12, 2, (i, j) => ({ t: i / 11, x: 2 * j - 1, row: 1, weight: 1 / 24 }) as const),
    ...grid(1, 24, (_, j) => ({ t: 0, x: -1 + (2 * j) / 23, row: 2, weight: 1 / 24 }) as const)
  ]
  const initial = points.map(({ x }) => -sin(Math.PI * x))
  const slopes = [new Float64Array(UNITS), new Float64Array(UNITS), new Float64Array(UNITS), new Float64Array(UNITS)]
  const [s0, s1, s2, s3] = slopes

  /** tanh and its first three derivatives for all units, and u with u_t, u_x and u_xx. */
  const network = (theta: Float64Array, { t, x }: Point) => {
    let u = theta[4 * UNITS] ?? Number.NaN
    let ut = 0
    let ux = 0
    let uxx = 0
    for (let k = 0; k < UNITS; k++) {
      const p = theta[k] ?? 0
      const q = theta[UNITS + k] ?? 0
      const c = theta[3 * UNITS + k] ?? 0
      const s = tanh(p * t + q * x + (theta[2 * UNITS + k] ?? 0))
      const first = 1 - s * s
      const second = -2 * s * first
      const third = -2 * first * (1 - 3 * s * s)
      if (s0 !== undefined && s1 !== undefined && s2 !== undefined && s3 !== undefined) {
        s0[k] = s
        s1[k] = first
        s2[k] = second
        s3[k] = third
      }
      u += c * s
      ut += c * p * first
      ux += c * q * first
      uxx += c * q * q * second
    }
    return { u, ut, ux, uxx }
  }
  const errorAt = (theta: Float64Array, point: Point, i: number) => {
    const at = network(theta, point)
    const { u, ut, ux, uxx } = at
    const error = point.row === 0 ? ut + u * ux - VISCOSITY * uxx : point.row === 1 ? u : u - (initial[i] ?? 0)
    return { ...at, error }
  }
  return {
    parameters: PARAMETERS,
    values(theta) {
      const sums = new Float64Array(3)
      points.forEach((point, i) => {
        const { error } = errorAt(theta, point, i)
        sums[point.row] = (sums[point.row] ?? 0) + point.weight * error * error
      })
      return sums
    },
    jacobian(theta) {
      const jacobian = new Float64Array(3 * PARAMETERS)
      points.forEach((point, i) => {
        const { u, ux, error } = errorAt(theta, point, i)
        const { t, x, row } = point
        // What the error gains by u, u_t, u_x and u_xx.
        const [byU, byT, byX, byXx] = row === 0 ? [ux, 1, u, -VISCOSITY] : [1, 0, 0, 0]
        const factor = 2 * point.weight * error
        const from = row * PARAMETERS
        const add = (at: number, amount: number) => {
          jacobian[from + at] = (jacobian[from + at] ?? 0) + factor * amount
        }
        for (let k = 0; k < UNITS; k++) {
          const p = theta[k] ?? 0
          const q = theta[UNITS + k] ?? 0
          const c = theta[3 * UNITS + k] ?? 0
          const [value = 0, first = 0, second = 0, third = 0] = [s0?.[k], s1?.[k], s2?.[k], s3?.[k]]
          // Of the argument of tanh, through each of the four.
          const byArgument = c * (byU * first + byT * p * second + byX * q * second + byXx * q * q * third)
          add(k, byArgument * t + byT * c * first)
          add(UNITS + k, byArgument * x + byX * c * first + byXx * 2 * q * c * second)
          add(2 * UNITS + k, byArgument)
          add(3 * UNITS + k, byU * value + byT * p * first + byX * q * first + byXx * q * q * second)
        }
        add(4 * UNITS, byU)
      })
      return jacobian
    },
    start(seed) {
      const normal = fillNormal(new Float64Array(PARAMETERS), generator(seed, 10), functions)
      const deviation = Math.sqrt(1 / UNITS)
      return normal.map((entry, i) => (i < 3 * UNITS ? 1.5 * entry : i < 4 * UNITS ? deviation * entry : 0))
    }
  }
}

function grid(rows: number, columns: number, point: (i: number, j: number) => Point): readonly Point[] {
  return Array.from({ length: rows * columns }, (_, k) => point(Math.floor(k / columns), k % columns))
}

async function open({ wasm }: InstanceContext, trial: number): Promise<Instance> {
  const losses = burgers(wasm.functions)
  const start = losses.start(trial)
  return {
    start,
    linearize: (theta) =>
      linearizeJacobian(
        { objectives: 3, parameters: PARAMETERS, values: losses.jacobian(theta) },
        losses.values(theta)
      ),
    values: (theta) => losses.values(theta),
    ideal: new Float64Array(3),
    scale: losses.values(start),
    least: { worst: 0, mean: 0 },
    distance: null,
    front: null,
    measureEvery: 5,
    [Symbol.dispose]() {}
  }
}

/** The problem. */
export const burgersEquation: LearnedProblem = {
  kind: "learned",
  name: "burgers",
  title: "Burgers' equation by a small network",
  formula: "f = (mean residual², mean u² on the border, mean (u + sin πx)² at t = 0), u a network of 24 tanh units",
  source:
    "Raissi, Perdikaris and Karniadakis, Physics-informed neural networks (J. Comp. Phys. 378, 2019), section 3.1",
  dials: [
    {
      name: "ν",
      value: VISCOSITY,
      means: "Viscosity: the smaller, the steeper is what has to form, and the longer the residual's row."
    }
  ],
  traps: [
    "u = 0 solves equation and border: sums of rows go there first, and the initial condition pulls back.",
    "The row of the residual is far longer than the others, and its curvature sets the rate."
  ],
  answer: { kind: "open", how: "All losses are above 0; a network of this size can bring them near it." },
  roles: "equal",
  unitRate: 0.02,
  schedule: "constant",
  optimizer: "sgd",
  budget: { quick: { steps: 200, trials: 2 }, full: { steps: 2000, trials: 4 } },
  open
}
