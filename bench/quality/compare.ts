/**
 * What methods reach now beside what was last published: losses that grew and accuracy that fell.
 *
 * @module
 */

/** What one method reached, each seed at its own best learning rate; means over the seeds. */
export interface Reached {
  readonly aggregator: string
  /** Sum over epochs of the mean training loss. */
  readonly area: number
  /** Share of the test examples that are classified right. */
  readonly testAccuracy: number
}

/**
 * The same code gives the same bits, so that any difference comes from a change; these much may be lost by one that only
 * rounds otherwise.
 */
export const TOLERANCE = { area: 0.02, testAccuracy: 0.01 } as const

/** What got worse, a sentence each. A method that is gone is worse; a new one is not. */
export function losses(found: readonly Reached[], published: readonly Reached[]): readonly string[] {
  return published.flatMap(({ aggregator, area, testAccuracy }) => {
    const now = found.find((row) => row.aggregator === aggregator)
    if (now === undefined) return [`${aggregator} is missing`]
    const worse: string[] = []
    if (!(now.area <= area * (1 + TOLERANCE.area))) {
      worse.push(`${aggregator}: the area under the loss is ${now.area.toFixed(3)}, and was ${area.toFixed(3)}`)
    }
    if (!(now.testAccuracy >= testAccuracy - TOLERANCE.testAccuracy)) {
      const [is, was] = [now.testAccuracy, testAccuracy].map((share) => `${(100 * share).toFixed(1)} %`)
      worse.push(`${aggregator}: the test accuracy is ${is}, and was ${was}`)
    }
    return worse
  })
}

/** A table in Markdown, the published figures in brackets. */
export function tableOf(found: readonly Reached[], published: readonly Reached[]): string {
  const rows = found.map(({ aggregator, area, testAccuracy }) => {
    const before = published.find((row) => row.aggregator === aggregator)
    const beside = (now: string, was: string | undefined) => (was === undefined ? now : `${now} (${was})`)
    const accuracy = (share: number) => `${(100 * share).toFixed(1)} %`
    const cells = [
      aggregator,
      beside(area.toFixed(3), before?.area.toFixed(3)),
      beside(accuracy(testAccuracy), before === undefined ? undefined : accuracy(before.testAccuracy))
    ]
    return `| ${cells.join(" | ")} |`
  })
  return ["| Method | Area under the loss | Test accuracy |", "| --- | ---: | ---: |", ...rows, ""].join("\n")
}
