/**
 * Accuracy against smoothness: the loss of a perceptron and the logarithm of a bound on its Lipschitz constant, by method
 * and by the weight of the latter. Figure 3a of "Careful with that Scalpel" (arXiv 2402.02998).
 *
 * @module
 */
import type { LipschitzEnd, LipschitzFront } from "../studies/bloop-lipschitz.ts"
import { type Chart, line, type Panel, roundDomain } from "./chart/index.ts"
import type { Figures } from "./figure-file.ts"
import { priorityTitle } from "./names.ts"
import type { Table } from "./table.ts"

/** λ of the figure. */
export const LIPSCHITZ_LAMBDAS: readonly number[] = [0, 1e-3, 1e-2, 0.1, 0.3, 1]

/** Of the least loss on the examples trained on: ends with more are left out of the panels, which they would flatten. */
const SHOWN = 2

/** The training half at the left, the test half at the right; the table has all ends. */
export function bloopLipschitzFigure(
  fronts: readonly LipschitzFront[],
  { dataSet, epochs }: { readonly dataSet: string; readonly epochs: number }
): Figures {
  const lambdas = fronts[0]?.ends.map(({ lambda }) => lambda) ?? []
  const most = SHOWN * Math.min(...fronts.flatMap(({ ends }) => ends.map(({ trainLoss }) => trainLoss)))
  const isShown = ({ trainLoss }: LipschitzEnd) => trainLoss <= most
  const shown = fronts.map(({ method, ends }) => ({ method, ends: ends.filter(isShown) }))
  const left = fronts.flatMap(({ method, ends }) =>
    ends.filter((end) => !isShown(end)).map(({ lambda }) => `${priorityTitle(method)} at ${lambda}`)
  )
  const chart: Chart = {
    id: "bloop-lipschitz",
    title: "Bloop: accuracy against smoothness",
    remarks: [
      `${dataSet}, a perceptron of 784-256-128-10, Adam at 0.0003 on batches of 256, ${epochs} epochs, one seed. The auxiliary objective is the logarithm of the product of the spectral norms of its layers.`,
      `A dot for each weight λ of it: ${lambdas.join(", ")}, from the upper left down. Lower left is better.`,
      ...(left.length === 0 ? [] : [`Left out, with more than ${SHOWN} times the least loss: ${left.join(", ")}.`])
    ],
    source: "Careful with that Scalpel (arXiv 2402.02998), section 5.1 and Figure 3a",
    columns: 2,
    panels: [
      panel(shown, "On the examples trained on", ({ trainLoss }) => trainLoss),
      panel(shown, "On the test half", ({ testLoss }) => testLoss)
    ]
  }
  return { charts: [chart], tables: [table(fronts)] }
}

function panel(fronts: readonly LipschitzFront[], heading: string, loss: (end: LipschitzEnd) => number): Panel {
  const all = fronts.flatMap(({ ends }) => ends)
  return {
    heading,
    height: 320,
    x: { label: "Cross-entropy, nats", scale: "linear", domain: roundDomain(all.map(loss), "linear") },
    y: {
      label: "Logarithm of the\nLipschitz bound",
      scale: "linear",
      domain: roundDomain(
        all.map(({ logLipschitz }) => logLipschitz),
        "linear"
      )
    },
    series: fronts.map(({ method, ends }) =>
      line({
        method,
        label: priorityTitle(method),
        x: ends.map(loss),
        y: ends.map(({ logLipschitz }) => logLipschitz),
        dots: true
      })
    )
  }
}

function table(fronts: readonly LipschitzFront[]): Table {
  return {
    name: "bloop-lipschitz",
    title: "Cross-entropy and Lipschitz bound",
    columns: ["Method", "λ", "Train loss", "Test loss", "Log Lipschitz"],
    rows: fronts.flatMap(({ method, ends }) =>
      ends.map(({ lambda, trainLoss, testLoss, logLipschitz }) => [
        priorityTitle(method),
        String(lambda),
        ...[trainLoss, testLoss, logLipschitz]
      ])
    ),
    note: "Losses in nats, over all examples of a half, after the last step. Log Lipschitz: the sum of the logarithms of the layers' spectral norms."
  }
}
