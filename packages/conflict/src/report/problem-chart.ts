/**
 * A problem's chart: worst excess, mean excess and distance to the Pareto set by iteration.
 *
 * @module
 */
import { type Axis, type Chart, line, type Panel, roundDomain } from "@dualcone/experiments"
import type { ConflictProblem } from "../problem.ts"
import type { PathCurves } from "../protocol/path-measures.ts"
import { methodGroups, styleOf } from "./lines.ts"

/** The paths of a method at its best rate, one a trial. */
export interface MethodPaths {
  readonly method: string
  readonly paths: readonly PathCurves[]
}

/** Below it a logarithmic axis has nothing to say. */
const LEAST = 1e-4
const LARGEST = 10

const rows = [
  { key: "worst", label: "Worst excess" },
  { key: "mean", label: "Mean excess" },
  { key: "distance", label: "Distance to the\nPareto set" }
] as const

/** Means over trials, methods in groups; null where no method has a path. */
export function problemChart(problem: ConflictProblem, methods: readonly MethodPaths[]): Chart | null {
  const drawn = methods.filter(({ paths }) => paths.length > 0)
  if (drawn.length === 0) return null
  const groups = methodGroups(drawn.map(({ method }) => method))
  const steps = Math.max(...drawn.flatMap(({ paths }) => paths.map(({ iterations }) => iterations.at(-1) ?? 0)))
  const x: Axis = { label: "Iteration", scale: "linear", domain: [0, steps] }
  const panels = rows.flatMap(({ key, label }, row): readonly Panel[] => {
    const curves = new Map(drawn.map(({ method, paths }) => [method, meanCurve(paths, key)]))
    if ([...curves.values()].every((curve) => curve.length === 0)) return []
    const values = [...curves.values()]
      .flatMap((curve) => [...curve])
      .map((value) => Math.min(LARGEST, Math.max(LEAST, value)))
    const y: Axis = { label, scale: "log", domain: roundDomain(values, "log") }
    return groups.map((group) => ({
      heading: row === 0 ? group.heading : "",
      height: 230,
      x,
      y,
      series: group.methods.flatMap((method, place) => {
        const curve = curves.get(method)
        const iterations = drawn.find((one) => one.method === method)?.paths[0]?.iterations
        if (curve === undefined || iterations === undefined) return []
        return [line({ ...styleOf(method, place), x: iterations, y: curve.map((value) => Math.max(value, LEAST / 2)) })]
      })
    }))
  })
  const first = drawn[0]?.paths.length ?? 0
  return {
    id: `conflict-${problem.name.replaceAll(".", "-")}`,
    title: problem.title,
    remarks: [
      `Means of ${first} trials, each method at its own best learning rate. Excess is above the least that any point can have, in units of the start's; what is below 10⁻⁴ is drawn at the lower end.`
    ],
    source: problem.source,
    columns: Math.min(3, groups.length),
    panels
  }
}

function meanCurve(paths: readonly PathCurves[], key: "worst" | "mean" | "distance"): Float64Array {
  const first = paths[0]?.[key]
  if (first === undefined) return new Float64Array(0)
  return first.map((_, i) => paths.reduce((sum, path) => sum + (path[key][i] ?? Number.NaN), 0) / paths.length)
}
