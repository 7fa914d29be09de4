/**
 * The demo's last words.
 *
 * @module
 */
import type { Race, RaceResult } from "./race.ts"

/** The result as text: a table, the share of conflicting pairs, the certificate, and where the files are. */
export function raceText(race: Race): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const figure = (value: number | null | undefined, digits: number) => (value == null ? "-" : value.toFixed(digits))
  const rows: readonly (readonly [string, (result: RaceResult) => string])[] = [
    ["", ({ label }) => label],
    ["learning rate, near the best of each", ({ learningRate }) => String(learningRate)],
    ["loss in the first epoch", ({ summary }) => figure(summary.epochLosses[0], 4)],
    [`loss in epoch ${race.epochs}`, ({ summary }) => figure(summary.epochLosses.at(-1), 4)],
    ["area under the loss", ({ summary }) => figure(summary.areaUnderLoss, 3)],
    [`accuracy on the ${race.examples} training digits`, ({ trainingAccuracy }) => percent(trainingAccuracy)],
    [`accuracy on ${race.heldOut} digits never seen`, ({ testAccuracy }) => percent(testAccuracy)],
    ["ms a step", ({ summary }) => figure(summary.msPerStep, 1)],
    ["digest", ({ summary }) => summary.digest.slice(0, 12)]
  ]
  const cells = rows.map(([name, cell]) => [name, ...race.results.map(cell)])
  const wide = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0))
  const first = wide(0)
  const table = cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(first) : cell.padStart(wide(column) + 3))).join("")
  )
  const certificates = race.results.find(({ method }) => method === "upgrad")?.summary.certificates
  const certified = certificates?.certified ?? 0
  const pairs = (race.batchSize * (race.batchSize - 1)) / 2
  return `${[
    ...table,
    "",
    `Of the ${pairs} pairs of examples in a batch, ${percent(race.conflicts.first)} have conflicting gradients in the first epoch, ${percent(race.conflicts.last)} in the last.`,
    `UPGrad's weights are certified in ${certified} of ${race.iterations} steps: error of the direction at most ${race.certificate.residual.toExponential(1)}, worst conflict ${race.certificate.worstConflict.toExponential(1)}.`,
    "",
    `picture  ${race.picture}`,
    `run      ${race.folder}`
  ].join("\n")}\n`
}
