/**
 * The tables of a run, for people.
 *
 * @module
 */
import { type Column, figure, type Summary, textTable } from "dualcone/bench"
import { type Contender, counted, nameOf } from "./contenders.ts"
import type { Machine } from "./machine.ts"
import type { PeerDescription } from "./peer.ts"
import type { ComparedSteps, ContenderSteps } from "./steps.ts"
import type { ComparedWeights, PeerWeights } from "./weights.ts"

/** Everything that a run found: what `--json` writes. */
export interface Report {
  readonly machine: Machine
  readonly loadAfter: number
  /** Threads asked for our engine; a row says how many shared its steps. */
  readonly threads: number
  readonly batchSize: number
  readonly peers: readonly PeerDescription[]
  readonly steps: readonly ComparedSteps[]
  readonly weights: readonly ComparedWeights[]
}

/** The report as text. */
export function reportText(report: Report): string {
  const { machine, loadAfter, peers, steps, weights } = report
  const others = peers.map(({ library }) => library).join("; ")
  const sections = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, ${machine.runtime}, ${counted(ourThreads(report))}.`,
    others === "" ? "No peer: --python PATH adds PyTorch and TorchJD, --javascript jax-js and tfjs." : `${others}.`,
    `Load before and after: ${figure(machine.load)}, ${figure(loadAfter)}.`
  ]
  const columns = steps.flatMap((row) => row.contenders)
  if (steps.length > 0) sections.push("", stepsText(steps).trimEnd())
  if (weights.length > 0) sections.push("", weightsText(weights).trimEnd())
  sections.push("", CARE)
  if (columns.some(({ threads }) => threads > 1)) sections.push(CARE_WITH_THREADS)
  if (columns.some(({ library }) => library === "jax-js")) sections.push(CARE_WITH_JAX)
  if (columns.some(({ library }) => library === "tfjs")) sections.push(CARE_WITH_TFJS)
  if (weights.some(({ peer }) => peer !== null)) sections.push(CARE_WITH_WEIGHTS)
  return `${sections.join("\n")}\n`
}

const CARE = `Be careful: these are figures of one run on one machine. Read the least (min) beside the median, and repeat a run whose
load before it was not near zero.`
const CARE_WITH_THREADS =
  "A busy machine hurts many threads more than one. Our steps write the batch, the others' lies ready."
const CARE_WITH_JAX = "jax-js computes gradients alone: no weights, no update. Its vmap(grad) holds the whole Jacobian."
const CARE_WITH_TFJS = `tfjs is on its CPU backend, plain JavaScript: its WebAssembly backend has no gradient of a convolution's filter.`
const CARE_WITH_WEIGHTS = "From m = 256 on TorchJD's weights are called once, at m = 512 on one kind of Gramian."

/** Most threads that shared a step of ours; where none was timed, those asked for. */
export function ourThreads({ threads, steps }: Pick<Report, "threads" | "steps">): number {
  return steps.length === 0 ? threads : Math.max(...steps.map((row) => row.threads))
}

/** Whether both are the same way to make a step. */
export function sameContender(a: Contender, b: Contender): boolean {
  return a.library === b.library && a.method === b.method && a.threads === b.threads
}

/** All contenders of a table, each once, in the order of the first row that has it. */
export function contendersOf(rows: readonly ComparedSteps[]): readonly Contender[] {
  const found: Contender[] = []
  for (const contender of rows.flatMap((row) => row.contenders)) {
    if (!found.some((known) => sameContender(known, contender))) found.push(contender)
  }
  return found
}

function stepsText(rows: readonly ComparedSteps[]): string {
  const cell = ({ ms, minMs }: Summary) => `${figure(ms)} (${figure(minMs)})`
  const ratio = (row: ComparedSteps) => ({ ms: row.upgradMs / row.sgdMs, minMs: row.upgradMinMs / row.sgdMinMs })
  const lines: (readonly [string, (row: ComparedSteps) => string])[] = [
    ["UPGrad", (row) => cell({ ms: row.upgradMs, minMs: row.upgradMinMs })],
    ["SGD", (row) => cell({ ms: row.sgdMs, minMs: row.sgdMinMs })],
    ["UPGrad / SGD", (row) => cell(ratio(row))],
    ["our threads", (row) => String(row.threads)]
  ]
  const contenders = contendersOf(rows)
  const line = (contender: Contender, heading: string, of: (found: ContenderSteps) => Summary) => {
    const found = (row: ComparedSteps) => row.contenders.find((known) => sameContender(known, contender))
    lines.push([
      heading,
      (row) => {
        const figures = found(row)
        return figures === undefined ? "-" : cell(of(figures))
      }
    ])
  }
  for (const contender of contenders) line(contender, nameOf(contender), (found) => found)
  for (const contender of contenders) line(contender, `${nameOf(contender)} / our UPGrad`, ({ ratio }) => ratio)
  return textTable([
    ["ms a step: median (min)", ...lines.map(([heading]) => heading)],
    ...rows.map((row): Column => [row.network, ...lines.map(([, of]) => of(row))])
  ])
}

function weightsText(rows: readonly ComparedWeights[]): string {
  const certified = (row: ComparedWeights) => (row.certified === true ? "yes" : "no")
  const columns: Column[] = [
    ["UPGrad weights of m rows, ms: median (min)", ...rows.map((row) => String(row.objectives))],
    ["ours", ...rows.map((row) => `${figure(row.ms)} (${figure(row.minMs)})`)],
    ["certified", ...rows.map(certified)]
  ]
  if (rows.some(({ peer }) => peer !== null)) {
    const column = (heading: string, cell: (found: PeerWeights) => string) =>
      columns.push([heading, ...rows.map((row) => (row.peer === null ? "-" : cell(row.peer)))])
    column("TorchJD", (found) => `${figure(found.ms)} (${figure(found.minMs)})`)
    column("TorchJD / ours", (found) => `${figure(found.ratio.ms)} (${figure(found.ratio.minMs)})`)
    column("kinds", (found) => String(found.kinds.length))
    column("difference", (found) => found.difference.toExponential(0))
  }
  return textTable(columns)
}
