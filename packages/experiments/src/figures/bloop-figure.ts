/**
 * Bloop: what noise does to its projection (Figure 2 of "Careful with that Scalpel", arXiv 2402.02998), and what it
 * reaches on the quadratics of the authors' notebook.
 *
 * @module
 */
import type { Estimate } from "../protocol/standard-error.ts"
import type { BloopFront } from "../studies/bloop-fronts.ts"
import type { BloopNoise } from "../studies/bloop-noise.ts"
import { type Chart, line, type Panel, roundDomain, type Series } from "./chart/index.ts"
import { priorityTitle } from "./names.ts"

/** σ of the figure. */
export const BLOOP_DEVIATIONS: readonly number[] = [0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]

/** λ of the figure. */
export const BLOOP_LAMBDAS: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/** Noise at the left, both losses at the right. */
export function bloopFigure(noise: readonly BloopNoise[], fronts: readonly BloopFront[]): Chart {
  return {
    id: "bloop",
    title: "Bloop: noise, and what is reached",
    remarks: [
      `Left: average direction for two random gradients of 100 parameters, the main one seen through noise, projected against one batch or a moving average; means of ${noise[0]?.seeds ?? 0} pairs of gradients, bands of the standard error.`,
      "Right: least squares with a far target, 4,000 steps of SGD at 0.001; a dot for each weight λ of the auxiliary loss, from 0.01 (upper left) to 10. Lower left is better."
    ],
    source: "Careful with that Scalpel (arXiv 2402.02998), Figure 2 and the authors' notebook of quadratics",
    columns: 2,
    panels: [noisePanel(noise), frontPanel(fronts)]
  }
}

function noisePanel(noise: readonly BloopNoise[]): Panel {
  const x = noise.map(({ deviation }) => deviation)
  const seriesOf = (method: string, label: string, estimates: readonly Estimate[]): Series => {
    const y = estimates.map(({ mean }) => mean ?? Number.NaN)
    const error = estimates.map(({ standardError }) => standardError ?? 0)
    const band = { low: y.map((mean, i) => mean - (error[i] ?? 0)), high: y.map((mean, i) => mean + (error[i] ?? 0)) }
    return line({ method, label, x, y, band, dots: true })
  }
  return {
    heading: "Where the direction points",
    height: 320,
    x: { label: "Noise of a batch's main gradient, σ", scale: "log", domain: roundDomain(x, "log") },
    y: { label: "From Bloop (0)\nto mixing (1)", scale: "linear", domain: [-0.1, 1.1], ticks: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      seriesOf(
        "mixed",
        "One batch",
        noise.map(({ ofBatch }) => ofBatch)
      ),
      seriesOf(
        "bloop",
        "Moving average",
        noise.map(({ ofAverage }) => ofAverage)
      )
    ]
  }
}

function frontPanel(fronts: readonly BloopFront[]): Panel {
  const all = fronts.flatMap(({ ends }) => ends)
  const series = fronts.map(({ method, ends }) =>
    line({
      method,
      label: priorityTitle(method),
      x: ends.map(({ main }) => main),
      y: ends.map(({ auxiliary }) => auxiliary),
      dots: true
    })
  )
  return {
    heading: "What is reached",
    height: 320,
    x: {
      label: "Main loss",
      scale: "log",
      domain: roundDomain(
        all.map(({ main }) => main),
        "log"
      )
    },
    y: {
      label: "Auxiliary loss",
      scale: "linear",
      domain: roundDomain([0, ...all.map(({ auxiliary }) => auxiliary)], "linear")
    },
    series
  }
}
