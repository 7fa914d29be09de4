/**
 * The tables of a run, for people.
 *
 * @module
 */
import { type Column, figure, type Summary, textTable } from "dualcone/bench"
import type { Machine } from "./machine.ts"
import type { PeerDescription } from "./peer.ts"
import type { ComparedSteps, PeerSteps } from "./steps.ts"
import type { ComparedWeights, PeerWeights } from "./weights.ts"

/** Everything that a run found: what `--json` writes. */
export interface Report {
  readonly machine: Machine
  /** Of our engine. */
  readonly threads: number
  readonly loadAfter: number
  readonly peer: PeerDescription | null
  readonly steps: readonly ComparedSteps[]
  readonly weights: readonly ComparedWeights[]
}

/** The report as text. */
export function reportText(report: Report): string {
  const { machine, threads, peer, steps, weights } = report
  const versions =
    peer === null
      ? "no peer (--python PATH adds PyTorch and TorchJD)"
      : `PyTorch ${peer.torch} and TorchJD ${peer.torchjd} with quadprog ${peer.quadprog}, ${peer.threads} threads, Python ${peer.python}`
  const sections = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, ${machine.runtime}, ${threads === 1 ? "one thread" : `${threads} threads`}; ${versions}.`,
    `Load before and after: ${figure(machine.load)}, ${figure(report.loadAfter)}.`
  ]
  if (steps.length > 0) sections.push("", stepsText(steps, peer))
  if (weights.length > 0) sections.push("", weightsText(weights, peer))
  sections.push("", peer === null ? CARE : CARE_WITH_PEER)
  return `${sections.join("\n")}\n`
}

const CARE = `Be careful: these are figures of one run on one machine. Read the least (min) beside the median, and repeat a run whose
load before it was not near zero.`

const CARE_WITH_PEER = `${CARE} A busy machine hurts many threads more than one. Our steps write
the batch, PyTorch's lies ready. From m = 256 on TorchJD is called once, at m = 512 on one kind of Gramian.`

function stepsText(rows: readonly ComparedSteps[], peer: PeerDescription | null): string {
  const cell = ({ ms, minMs }: Summary) => `${figure(ms)} (${figure(minMs)})`
  const ratio = (row: ComparedSteps) => ({ ms: row.upgradMs / row.sgdMs, minMs: row.upgradMinMs / row.sgdMinMs })
  const lines: (readonly [string, (row: ComparedSteps) => string])[] = [
    ["UPGrad", (row) => cell({ ms: row.upgradMs, minMs: row.upgradMinMs })],
    ["SGD", (row) => cell({ ms: row.sgdMs, minMs: row.sgdMinMs })],
    ["UPGrad / SGD", (row) => cell(ratio(row))]
  ]
  if (peer !== null) {
    const line = (heading: string, of: (found: PeerSteps) => Summary) =>
      lines.push([heading, ({ peer: found }) => (found === null ? "-" : cell(of(found)))])
    line(`TorchJD UPGrad, ${peer.threads} threads`, (found) => found.upgrad)
    line("TorchJD UPGrad, 1 thread", (found) => found.upgradOneThread)
    line(`PyTorch SGD, ${peer.threads} threads`, (found) => found.sgd)
    line("PyTorch SGD, 1 thread", (found) => found.sgdOneThread)
    line("TorchJD UPGrad / our UPGrad", (found) => found.upgradRatio)
    line("PyTorch SGD / our UPGrad", (found) => found.sgdRatio)
  }
  return textTable([
    ["ms a step: median (min)", ...lines.map(([heading]) => heading)],
    ...rows.map((row): Column => [row.network, ...lines.map(([, of]) => of(row))])
  ])
}

function weightsText(rows: readonly ComparedWeights[], peer: PeerDescription | null): string {
  const certified = (row: ComparedWeights) => (row.certified === true ? "yes" : "no")
  const columns: Column[] = [
    ["UPGrad weights of m rows, ms: median (min)", ...rows.map((row) => String(row.objectives))],
    ["ours", ...rows.map((row) => `${figure(row.ms)} (${figure(row.minMs)})`)],
    ["certified", ...rows.map(certified)]
  ]
  if (peer !== null) {
    const column = (heading: string, cell: (found: PeerWeights) => string) =>
      columns.push([heading, ...rows.map((row) => (row.peer === null ? "-" : cell(row.peer)))])
    column("TorchJD", (found) => `${figure(found.ms)} (${figure(found.minMs)})`)
    column("TorchJD / ours", (found) => `${figure(found.ratio.ms)} (${figure(found.ratio.minMs)})`)
    column("kinds", (found) => String(found.kinds.length))
    column("difference", (found) => found.difference.toExponential(0))
  }
  return textTable(columns)
}
