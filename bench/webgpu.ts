/**
 * Training steps on WebGPU beside the engine on the CPU and, where a Python with them is given and sees a CUDA device,
 * PyTorch's SGD and TorchJD's UPGrad there: all in turns.
 *
 * @module
 */
import type { NetworkDescription } from "@dualcone/network"
import type { Wasm } from "@dualcone/wasm"
import type { WebGpuDevice } from "@dualcone/webgpu"
import {
  type Column,
  figure,
  type GpuStepRow,
  makeGpuStepBench,
  makeStepBench,
  type StepRow,
  type Summary,
  summarize,
  textTable
} from "dualcone/bench"
import { handOver } from "./hand-over.ts"
import type { Peer } from "./peer.ts"
import { pause } from "./turns.ts"

/** A row of the table. */
export interface ComparedGpuSteps {
  readonly webgpu: GpuStepRow
  readonly cpu: StepRow
  /** TorchJD's UPGrad and PyTorch's SGD on CUDA, in milliseconds; null without. */
  readonly cuda: { readonly upgrad: Summary; readonly sgd: Summary } | null
}

/** Measures one network. */
export async function compareGpuSteps(
  wasm: Wasm,
  gpu: WebGpuDevice,
  network: NetworkDescription,
  { batchSize, rounds }: { readonly batchSize: number; readonly rounds: number },
  peer: Peer | null
): Promise<ComparedGpuSteps> {
  using onCpu = makeStepBench(wasm, { network, batchSize })
  using onGpu = await makeGpuStepBench(wasm, gpu, { network, batchSize })
  if (peer !== null) await handOver(wasm, onCpu, peer, "cuda")
  await onCpu.warmUp()
  await onGpu.warmUp()
  const times = { upgrad: [] as number[], sgd: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    await onGpu.round()
    await pause()
    for (let step = 0; step < 10; step++) onCpu.round()
    if (peer === null) continue
    await pause()
    const turn = { threads: 1, skip: 5, steps: 50 }
    times.upgrad.push(...(await peer.steps({ method: "upgrad", ...turn })))
    times.sgd.push(...(await peer.steps({ method: "sgd", ...turn })))
  }
  const cuda = peer === null ? null : { upgrad: summarize(times.upgrad), sgd: summarize(times.sgd) }
  return { webgpu: onGpu.row(), cpu: onCpu.row(), cuda }
}

/** The table for people. */
export function gpuStepsText(rows: readonly ComparedGpuSteps[]): string {
  const cell = ({ ms, minMs }: Summary) => `${figure(ms)} (${figure(minMs)})`
  const upgradOf = ({ upgradMs: ms, upgradMinMs: minMs }: StepRow): Summary => ({ ms, minMs })
  const sgdOf = ({ sgdMs: ms, sgdMinMs: minMs }: StepRow): Summary => ({ ms, minMs })
  const over = (a: Summary, b: Summary): Summary => ({ ms: a.ms / b.ms, minMs: a.minMs / b.minMs })
  const kernels = ({ webgpu }: ComparedGpuSteps) =>
    webgpu.kernels === null ? "-" : figure(webgpu.kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0))
  const lines: (readonly [string, (row: ComparedGpuSteps) => string])[] = [
    ["WebGPU UPGrad", ({ webgpu }) => cell(upgradOf(webgpu))],
    ["WebGPU SGD", ({ webgpu }) => cell(sgdOf(webgpu))],
    ["kernels of an UPGrad step, by the GPU's clock", kernels],
    ["dispatches", ({ webgpu }) => String(webgpu.asked.dispatches)],
    ["CPU UPGrad", ({ cpu }) => cell(upgradOf(cpu))],
    ["CPU / WebGPU, UPGrad", ({ cpu, webgpu }) => cell(over(upgradOf(cpu), upgradOf(webgpu)))]
  ]
  if (rows.some(({ cuda }) => cuda !== null)) {
    const line = (
      heading: string,
      of: (row: ComparedGpuSteps, cuda: NonNullable<ComparedGpuSteps["cuda"]>) => Summary
    ) => lines.push([heading, (row) => (row.cuda === null ? "-" : cell(of(row, row.cuda)))])
    line("TorchJD UPGrad on CUDA", (_, { upgrad }) => upgrad)
    line("PyTorch SGD on CUDA", (_, { sgd }) => sgd)
    line("TorchJD on CUDA / WebGPU, UPGrad", ({ webgpu }, { upgrad }) => over(upgrad, upgradOf(webgpu)))
    line("PyTorch SGD on CUDA / WebGPU UPGrad", ({ webgpu }, { sgd }) => over(sgd, upgradOf(webgpu)))
  }
  return textTable([
    ["ms a step: median (min)", ...lines.map(([heading]) => heading)],
    ...rows.map((row): Column => [row.webgpu.network, ...lines.map(([, of]) => of(row))])
  ])
}
