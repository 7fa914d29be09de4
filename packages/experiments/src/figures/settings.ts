/**
 * The runs of a sweep as figures look at them: settings, and in each a line for every method.
 *
 * @module
 */
import type { ResultRow } from "../store/rows.ts"
import { bestRows } from "../sweep/best-rows.ts"
import { dataSetTitle, methodNameOf, methodTitle, optimizerTitle, slug } from "./names.ts"

/** All runs of one method in a setting. */
export interface MethodLine {
  /** The method's name, which decides panel and colour. */
  readonly method: string
  /** As figures and tables write it. */
  readonly title: string
  readonly rows: readonly ResultRow[]
  /** The run of each seed at its best learning rate, by seed. */
  readonly best: readonly ResultRow[]
}

/** What the methods of a figure have in common. */
export interface Setting {
  readonly dataSet: string
  readonly optimizer: string
  readonly batchSize: number
  readonly epochs: number
  readonly iterationsPerEpoch: number
  /** As titles write data set and optimizer. */
  readonly dataSetTitle: string
  readonly optimizerTitle: string
  /** For names of files: the data set, and what else tells the setting from others of the sweep. */
  readonly slug: string
  readonly lines: readonly MethodLine[]
}

/** The settings of a sweep, in the order of planning. */
export function settingsOf(rows: readonly ResultRow[]): readonly Setting[] {
  const optimizers = [...new Set(rows.map(({ optimizer }) => optimizer))]
  const several = { optimizers: optimizers.length > 1, batches: new Set(rows.map((row) => row.batch_size)).size > 1 }
  const groups = Map.groupBy(rows, (row) => JSON.stringify([row.data_set, row.optimizer, row.batch_size]))
  const settings = [...groups.values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const optimizer = optimizerTitle(first.optimizer, optimizers)
    const parts = [
      first.data_set,
      ...(several.optimizers ? [optimizer] : []),
      ...(several.batches ? [`batch-${first.batch_size}`] : [])
    ]
    const setting: Setting = {
      dataSet: first.data_set,
      optimizer: first.optimizer,
      batchSize: first.batch_size,
      epochs: first.epochs,
      iterationsPerEpoch: first.iterations_per_epoch,
      dataSetTitle: dataSetTitle(first.data_set),
      optimizerTitle: optimizer,
      slug: slug(parts.join("-")) || "sweep",
      lines: [...Map.groupBy(of, ({ label }) => label).values()].flatMap(lineOf)
    }
    return [setting]
  })
  return settings.map((setting, i) => {
    const twin = settings.findIndex((other) => other.slug === setting.slug) < i
    return twin ? { ...setting, slug: `${setting.slug}-${i + 1}` } : setting
  })
}

function lineOf(rows: readonly ResultRow[]): readonly MethodLine[] {
  const [first] = rows
  if (first === undefined) return []
  return [{ method: methodNameOf(first.aggregator), title: methodTitle(first.label), rows, best: bestRows(rows) }]
}

/** The line of a method with the sweep's plainest name for it: UPGrad, of which a sweep may have several kinds. */
export function referenceLine({ lines }: Pick<Setting, "lines">, method: string): MethodLine | undefined {
  const alike = lines.filter((line) => line.method === method)
  return alike.find(({ title }) => title === methodTitle(method)) ?? alike[0]
}
