/**
 * UPGrad against the mean for each size of the batches: Figure 11 of "Jacobian Descent for Multi-Objective
 * Optimization" (arXiv 2406.16232).
 *
 * @module
 */
import type { Chart } from "./chart/index.ts"
import { comparedLines, comparison } from "./comparison.ts"
import type { CurvesOf } from "./curve-band.ts"
import { SMOOTHING } from "./curve-figure.ts"
import { slug } from "./names.ts"
import type { Setting } from "./settings.ts"

/** The figure of each data set and optimizer with several batch sizes for which UPGrad or the mean has results. */
export function batchSizeFigures(settings: readonly Setting[], curves: CurvesOf): readonly Chart[] {
  const groups = Map.groupBy(
    settings.filter((setting) => comparedLines(setting).length > 0),
    ({ dataSet, optimizer }) => JSON.stringify([dataSet, optimizer])
  )
  return [...groups.values()].flatMap((group) => {
    const of = group.toSorted((a, b) => a.batchSize - b.batchSize)
    const [first] = of
    if (first === undefined || of.length < 2) return []
    const optimizers = new Set(settings.filter(({ dataSet }) => dataSet === first.dataSet).map((one) => one.optimizer))
    const name = optimizers.size > 1 ? `${first.dataSet}-${first.optimizerTitle}` : first.dataSet
    const chart: Chart = {
      id: `batch-sizes-${slug(name)}`,
      title: `${first.dataSetTitle}: UPGrad and the mean by batch size`,
      source: "Data of a sweep, drawn as Figure 11 of arXiv 2406.16232",
      ...comparison(of, curves, ({ batchSize }) => `Batches of ${batchSize}`, [SMOOTHING])
    }
    return [chart]
  })
}
