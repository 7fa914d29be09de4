/**
 * The published tables, from one run: training steps and UPGrad's weights, beside those of other libraries where they are
 * asked for.
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { InputError, loadWasm } from "@dualcone/wasm"
import { requestDevice } from "@dualcone/webgpu"
import { compareTrajectories, comparisonText, disagreements, torchSubmission } from "./conflict.ts"
import { type StartedPeer, startDeno, startJavaScript, startPython } from "./contenders.ts"
import { type Flags, parseFlags, USAGE } from "./flags.ts"
import { machine } from "./machine.ts"
import { loadOurEngine } from "./our-engine.ts"
import { type Report, reportText } from "./report.ts"
import { type ComparedSteps, compareSteps } from "./steps.ts"
import { stepsPicture } from "./steps-picture.ts"
import { type ComparedGpuSteps, compareGpuSteps, gpuStepsText } from "./webgpu.ts"
import { type ComparedWeights, compareWeights } from "./weights.ts"

const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

async function main(): Promise<void> {
  const flags = parseFlags(process.argv.slice(2))
  if (flags.help) process.stdout.write(USAGE)
  else await { cpu: onCpu, webgpu: onGpu, conflict: onConflict }[flags.suite](flags)
}

async function onCpu(flags: Flags): Promise<void> {
  const { networks, objectives, batchSize, rounds } = flags
  const ours = await loadOurEngine(flags.threads)
  const measuredOn = machine()
  using running = new DisposableStack()
  const peers: StartedPeer[] = []
  const python = flags.python === null ? null : await startPython(flags.python, running)
  if (python !== null) peers.push(python)
  if (flags.deno) peers.push(await startDeno(running))
  if (flags.javascript) peers.push(...(await startJavaScript(running)))

  const steps: ComparedSteps[] = []
  for (const network of networks) {
    const sayOf = (text: string) => say(`steps of ${network.name}: ${text}`)
    sayOf("handing over")
    steps.push(await compareSteps(ours, network, batchSize, { rounds, steps: 10, skip: 2 }, peers, sayOf))
  }
  const weights: ComparedWeights[] = []
  for (const count of objectives) {
    say(`weights of ${count} objectives`)
    weights.push(await compareWeights(ours.wasm, count, rounds, python?.peer ?? null))
  }

  const report: Report = {
    machine: measuredOn,
    loadAfter: machine().load,
    threads: ours.threads,
    batchSize,
    peers: peers.map(({ description }) => description),
    steps,
    weights
  }
  process.stdout.write(reportText(report))
  if (flags.json !== null) writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`)
  if (flags.picture !== null) writeFileSync(flags.picture, stepsPicture(report))
}

async function onGpu({ networks, batchSize, rounds, python, json }: Flags): Promise<void> {
  const measuredOn = machine()
  const wasm = await loadWasm()
  using running = new DisposableStack()
  const started = python === null ? null : await startPython(python, running)
  const peer = started?.peer ?? null
  const cuda = started?.description.cuda ?? null
  const result = await requestDevice({ timestamps: true })
  if (!result.found) throw result.error
  using gpu = result.gpu
  if (peer !== null && cuda === null) say("PyTorch sees no CUDA device and is left out")
  const rows: ComparedGpuSteps[] = []
  for (const network of networks) {
    say(`steps of ${network.name}`)
    rows.push(await compareGpuSteps(wasm, gpu, network, { batchSize, rounds }, cuda === null ? null : peer))
  }
  const { vendor, architecture, description } = gpu.adapter
  const on = `${[vendor, architecture, description].filter(Boolean).join(" ")}${cuda === null ? "" : `; CUDA: ${cuda}`}`
  process.stdout.write(`${measuredOn.cpu}, ${measuredOn.runtime}; WebGPU: ${on}\n\n${gpuStepsText(rows)}`)
  const found = { machine: measuredOn, adapter: gpu.adapter, peer: started?.description ?? null, rows }
  if (json !== null) writeFileSync(json, `${JSON.stringify(found, null, 2)}\n`)
}

async function onConflict({ python, json, submission, problems }: Flags): Promise<void> {
  if (python === null) return
  if (submission !== null) {
    say(`TorchJD's runs on ${problems.join(", ")}`)
    writeFileSync(submission, `${JSON.stringify(await torchSubmission(python, problems))}\n`)
    return
  }
  const comparison = await compareTrajectories(python)
  process.stdout.write(comparisonText(comparison))
  if (json !== null) writeFileSync(json, `${JSON.stringify(comparison, null, 2)}\n`)
  const apart = disagreements(comparison)
  if (apart.length > 0) throw new Error(apart.join("; "))
}

try {
  await main()
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof InputError ? 2 : 1
}
