/**
 * UPGrad against the mean under another optimizer than SGD: Figure 12 of "Jacobian Descent for Multi-Objective
 * Optimization" (arXiv 2406.16232), where it is Adam.
 *
 * @module
 */
import type { Chart } from "./chart/index.ts"
import { comparedLines, comparison } from "./comparison.ts"
import type { CurvesOf } from "./curve-band.ts"
import { SMOOTHING } from "./curve-figure.ts"
import { slug } from "./names.ts"
import type { Setting } from "./settings.ts"

/** The figure of each optimizer but SGD: a column for each data set, and batch size where there are several. */
export function optimizerFigures(settings: readonly Setting[], curves: CurvesOf): readonly Chart[] {
  const compared = settings.filter((one) => one.optimizerTitle !== "SGD" && comparedLines(one).length > 0)
  return [...Map.groupBy(compared, ({ optimizerTitle }) => optimizerTitle)].map(([title, of]): Chart => {
    const batches = new Set(of.map(({ batchSize }) => batchSize)).size > 1
    const headingOf = (one: Setting) => one.dataSetTitle + (batches ? `, batches of ${one.batchSize}` : "")
    return {
      id: `optimizer-${slug(title)}`,
      title: `${title}: UPGrad and the mean as its gradient`,
      source: "Data of a sweep, drawn as Figure 12 of arXiv 2406.16232",
      ...comparison(of, curves, headingOf, [SMOOTHING])
    }
  })
}
