/**
 * Many objectives with one Hessian: the Pareto set is the convex hull of their minima.
 *
 * fᵢ = sᵢ ½ (x - vᵢ)ᵀ A (x - vᵢ), i = 1 … m: Σ wᵢ ∇fᵢ = 0 exactly where x = Σ wᵢ sᵢ vᵢ / Σ wᵢ sᵢ, so that neither A nor
 * the sᵢ change the set. A = diag(1 … 1/c) in a seeded basis of mirrors; the vᵢ are seeded points on a sphere.
 *
 * @module
 */
import { generator } from "@dualcone/aggregation"
import { fillNormal } from "@dualcone/descent"
import type { RealFunctions, Wasm } from "@dualcone/wasm"
import { analytic, type Definition } from "../analytic/definition.ts"
import { convexHull } from "../analytic/hull.ts"
import type { AnalyticProblem } from "../problem.ts"

/** The dials. */
export interface CommonHessianDials {
  readonly parameters: number
  readonly objectives: number
  /** c: the largest curvature over the least. */
  readonly condition: number
  /** The largest sᵢ; the least is 1, those between in geometric progression. */
  readonly scale: number
}

/** The definition at some setting of the dials. */
export function commonHessian(
  wasm: Wasm,
  { parameters: n, objectives: m, condition, scale }: CommonHessianDials
): Definition {
  const { functions } = wasm
  const unit = (seed: number) => unitVector(n, seed, functions)
  const mirrors = [unit(1), unit(2), unit(3)]
  const curvature = (i: number) => functions.pow(condition, -i / Math.max(1, n - 1))
  const factor = Float64Array.from({ length: m }, (_, i) => functions.pow(scale, i / Math.max(1, m - 1)))
  const minima = Array.from({ length: m }, (_, i) => unit(100 + i))
  /** A y: reflect, stretch, reflect back. */
  const hessian = (y: Float64Array) => {
    const turned = y.slice()
    for (const mirror of mirrors) reflect(turned, mirror)
    for (let i = 0; i < n; i++) turned[i] = (turned[i] ?? 0) * curvature(i)
    for (const mirror of mirrors.toReversed()) reflect(turned, mirror)
    return turned
  }
  const bent = (x: Float64Array, i: number) => {
    const away = x.map((entry, c) => entry - (minima[i]?.[c] ?? 0))
    return { away, bent: hessian(away) }
  }
  return {
    parameters: n,
    objectives: m,
    values: (x) =>
      Float64Array.from({ length: m }, (_, i) => {
        const { away, bent: force } = bent(x, i)
        return ((factor[i] ?? 1) * dot(away, force)) / 2
      }),
    jacobian(x) {
      const jacobian = new Float64Array(m * n)
      for (let i = 0; i < m; i++) {
        jacobian.set(
          bent(x, i).bent.map((entry) => (factor[i] ?? 1) * entry),
          i * n
        )
      }
      return jacobian
    },
    starts: Array.from({ length: 8 }, (_, k) => Array.from(unit(200 + k), (entry) => 5 * entry)),
    paretoSet: convexHull(wasm, minima),
    ideal: Array.from({ length: m }, () => 0),
    constants: Object.fromEntries([
      ...minima.map((point, i) => [`minimum ${i}`, point] as const),
      ...mirrors.map((mirror, i) => [`mirror ${i}`, mirror] as const),
      ["curvature", Float64Array.from({ length: n }, (_, i) => curvature(i))] as const,
      ["factor", factor] as const
    ])
  }
}

function unitVector(n: number, seed: number, functions: RealFunctions): Float64Array {
  const drawn = fillNormal(new Float64Array(n), generator(seed), functions)
  const length = Math.sqrt(dot(drawn, drawn))
  return drawn.map((entry) => entry / length)
}

/** y - 2 (yᵀu) u, in place. */
function reflect(y: Float64Array, u: Float64Array): void {
  const along = 2 * dot(y, u)
  for (let i = 0; i < y.length; i++) y[i] = (y[i] ?? 0) - along * (u[i] ?? 0)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

const family = (name: string, title: string, dials: CommonHessianDials, traps: readonly string[]) =>
  analytic({
    name,
    title,
    formula: `fᵢ = sᵢ ½ (x-vᵢ)ᵀA(x-vᵢ), i = 1 … ${dials.objectives}, x ∈ ℝⁿ, n = ${dials.parameters}`,
    source: "Made for this suite: objectives with a common Hessian, more of them than two",
    dials: [
      { name: "m", value: dials.objectives, means: "Objectives: the more, the less they share." },
      { name: "n", value: dials.parameters, means: "Parameters; with n < m no direction may serve all." },
      { name: "c", value: dials.condition, means: "Condition of A." },
      { name: "s", value: dials.scale, means: "Largest factor of an objective; the least is 1." }
    ],
    traps,
    answer: { kind: "exact", how: "The convex hull of the minima vᵢ; its distance is MGDA's own program." },
    // Between what sums of rows allow, 1 / s, and what methods want that see no lengths.
    unitRate: 1 / Math.sqrt(dials.scale),
    budget: { quick: { steps: 300, trials: 3 } },
    define: ({ wasm }) => commonHessian(wasm, dials)
  })

/** Three objectives. */
export const threeMinima: AnalyticProblem = family(
  "hull-3",
  "Three minima, one Hessian",
  { parameters: 10, objectives: 3, condition: 100, scale: 1 },
  ["Ill conditioned: the hull is reached quickly along some axes and slowly along others."]
)

/** Ten objectives. */
export const tenMinima: AnalyticProblem = family(
  "hull-10",
  "Ten minima, one Hessian",
  { parameters: 20, objectives: 10, condition: 100, scale: 1 },
  ["In the hull the rows are dependent: Gramians without an inverse, and programs at their edge."]
)

/** Six objectives on factors from 1 to 10,000. */
export const scaledMinima: AnalyticProblem = family(
  "hull-scales",
  "Six minima of unlike scale",
  { parameters: 10, objectives: 6, condition: 10, scale: 1e4 },
  [
    "All sums of rows lead to the minimum of the largest objective, which is in the Pareto set; how the others fare is what tells methods apart."
  ]
)
