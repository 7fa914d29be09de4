/**
 * Weights averaged against noise: Figure 1 of "On the Convergence of Stochastic Multi-Objective Gradient Manipulation
 * and Beyond" (NeurIPS 2022), and the same by batch size.
 *
 * @module
 */
import type { Estimate } from "../protocol/standard-error.ts"
import type { CrMogmNoise } from "../studies/cr-mogm-noise.ts"
import { type Axis, type Chart, line, type Panel, roundDomain, type Series } from "./chart/index.ts"
import { methodTitle } from "./names.ts"
import { shortText } from "./table.ts"

/** Methods whose weights answer to the drawn gradients; each has a panel with CR-MOGM around it and the mean. */
const WRAPPED = ["mgda", "upgrad", "cagrad"]

/** What {@link crMogmFigure} draws. */
export const CR_MOGM_METHODS: readonly string[] = [
  "mean",
  ...WRAPPED.flatMap((method) => [method, `cr-mogm(${method})`])
]

/** Distance to the Pareto set by iteration above, by batch size below. */
export function crMogmFigure(studies: readonly CrMogmNoise[]): Chart {
  const [first] = studies
  const iterations = Math.max(1, ...studies.flatMap(({ curve }) => curve.map(({ iteration }) => iteration)))
  const batchSizes = first?.byBatchSize.map(({ batchSize }) => batchSize) ?? []
  const heights = studies.flatMap(({ curve, byBatchSize }) => [...curve, ...byBatchSize].map(({ mean }) => mean ?? 0))
  const domain = roundDomain([0, ...heights], "linear")
  const x: Axis = { label: "Iteration", scale: "log", domain: [1, iterations] }
  const batch: Axis = {
    label: "Batch size",
    scale: "log",
    domain: [(batchSizes[0] ?? 1) / 1.25, (batchSizes.at(-1) ?? 1) * 1.25],
    ticks: batchSizes
  }
  const panelsOf = (row: "curve" | "byBatchSize", shared: Omit<Panel, "heading" | "series">): readonly Panel[] =>
    WRAPPED.map((method) => ({
      ...shared,
      heading: row === "curve" ? headingOf(method) : "",
      series: ["mean", `cr-mogm(${method})`, method].flatMap((name) =>
        studies.filter((study) => study.method === name).map((study) => seriesOf(study, row))
      )
    }))
  const after = `after ${shortText(first?.comparedAt ?? 0)} iterations`
  return {
    id: "cr-mogm",
    title: "Averaged weights against noise",
    remarks: [
      `Distance to the Pareto set of the two-coin problem from (0, 0.4), learning rate 0.006 / √k; means of ${first?.seeds ?? 0} seeds, bands of the standard error. MGDA and UPGrad climb where the mean descends, and CAGrad (c = 0.5) hardly moves; inside CR-MOGM, dashed, all descend.`
    ],
    source:
      "On the Convergence of Stochastic Multi-Objective Gradient Manipulation and Beyond (NeurIPS 2022), equation 4 and Figure 1",
    columns: WRAPPED.length,
    panels: [
      ...panelsOf("curve", { height: 240, x, y: { label: "Distance to the\nPareto set", scale: "linear", domain } }),
      ...panelsOf("byBatchSize", { height: 200, x: batch, y: { label: `Distance\n${after}`, scale: "linear", domain } })
    ]
  }
}

/** With two objectives PCGrad is twice UPGrad, so that UPGrad stands for both. */
function headingOf(method: string): string {
  return method === "upgrad" ? "UPGrad, like PCGrad" : methodTitle(method)
}

function seriesOf({ method, curve, byBatchSize }: CrMogmNoise, row: "curve" | "byBatchSize"): Series {
  const label = /^cr-mogm/.test(method) ? "CR-MOGM" : methodTitle(method)
  const points: readonly (Estimate & { readonly at: number })[] =
    row === "curve"
      ? curve.map(({ iteration, ...of }) => ({ at: iteration, ...of }))
      : byBatchSize.map(({ batchSize, ...of }) => ({ at: batchSize, ...of }))
  const y = points.map(({ mean }) => mean ?? Number.NaN)
  const error = points.map(({ standardError }) => standardError ?? Number.NaN)
  return line({
    method,
    label,
    x: points.map(({ at }) => at),
    y,
    band: { low: y.map((mean, i) => mean - (error[i] ?? 0)), high: y.map((mean, i) => mean + (error[i] ?? 0)) },
    dots: row === "byBatchSize"
  })
}
