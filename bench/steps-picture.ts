/**
 * The picture of the training steps of a run: a panel a network, our UPGrad first.
 *
 * @module
 */
import { type Bar, type BarColour, barChart } from "./bar-chart.ts"
import { counted, type Library, libraries } from "./contenders.ts"
import { ourThreads, type Report } from "./report.ts"
import type { ComparedSteps, ContenderSteps } from "./steps.ts"

/** One a library: those of Okabe and Ito (2008), told apart by the colour-blind, lighter where the ground is dark. */
const colours: Readonly<Record<Library, BarColour>> = {
  Dualcone: { light: "#009e73", dark: "#2fc297" },
  PyTorch: { light: "#d55e00", dark: "#f0853a" },
  TorchJD: { light: "#0072b2", dark: "#56b4e9" },
  "jax-js": { light: "#cc79a7", dark: "#e29cc2" },
  tfjs: { light: "#7f7f7f", dark: "#a3a3a3" }
}

/** Draws the steps of `report`. */
export function stepsPicture(report: Report): string {
  const { machine, batchSize, steps } = report
  const threads = ourThreads(report)
  const titleOf = (row: ComparedSteps) =>
    row.threads === threads ? row.network : `${row.network}, Dualcone on ${counted(row.threads)}`
  const groups = steps.map((row) => ({ title: titleOf(row), bars: barsOf(row) }))
  const on = `${machine.cpu}, ${machine.cores} cores; Dualcone in ${machine.runtime} on ${counted(threads)}.`
  return barChart({
    title: `Milliseconds a training step, batches of ${batchSize}`,
    remarks: [on, ...notesOn(steps)],
    unit: "milliseconds",
    groups,
    colours: libraries.map((library) => colours[library])
  })
}

/** Ours, then every way of another library to make a step, on the number of threads on which it was fastest. */
export function barsOf(row: ComparedSteps): readonly Bar[] {
  const ours = (step: string, value: number, least: number, strong: boolean): Bar => {
    return { name: `Dualcone ${step}`, value, least, colour: libraries.indexOf("Dualcone"), strong }
  }
  const fastest = new Map<string, ContenderSteps>()
  for (const contender of row.contenders) {
    // Ours in another runtime: its step names it, and its colour the library.
    const name = contender.library === "Dualcone" ? contender.step : `${contender.library} ${contender.step}`
    const known = fastest.get(name)
    if (known === undefined || contender.ms < known.ms) fastest.set(name, contender)
  }
  return [
    ours("UPGrad", row.upgradMs, row.upgradMinMs, true),
    ours("SGD", row.sgdMs, row.sgdMinMs, false),
    ...[...fastest].map(([name, { library, ms, minMs }]): Bar => {
      return { name, value: ms, least: minMs, colour: libraries.indexOf(library), strong: false }
    })
  ]
}

/** What the bars of others do not show by themselves. */
function notesOn(rows: readonly ComparedSteps[]): readonly string[] {
  const contenders = rows.flatMap((row) => row.contenders)
  const has = (library: Library) => contenders.some((contender) => contender.library === library)
  const notes: string[] = []
  if (has("PyTorch"))
    notes.push("PyTorch and TorchJD on the faster of one and all threads; TorchJD's steps are UPGrad's.")
  if (has("jax-js")) notes.push("jax-js computes gradients alone, without weights and update.")
  return notes
}
