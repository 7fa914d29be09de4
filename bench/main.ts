/**
 * The published tables, from one run: training steps and UPGrad's weights, beside PyTorch and TorchJD where a Python
 * with them is given.
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { type NetworkDescription, networks } from "@dualcone/network"
import { InputError, loadWasmFor, threadCount } from "@dualcone/wasm"
import { requestDevice } from "@dualcone/webgpu"
import { machine } from "./machine.ts"
import { Peer } from "./peer.ts"
import { type Report, reportText } from "./report.ts"
import { type ComparedSteps, compareSteps } from "./steps.ts"
import { type ComparedGpuSteps, compareGpuSteps, gpuStepsText } from "./webgpu.ts"
import { type ComparedWeights, compareWeights } from "./weights.ts"

const USAGE = `bun run bench [--python PATH] [--json FILE] [--rounds N] [--networks a,b] [--objectives m,n] [--batch-size N] [--threads N]
bun run bench webgpu [--python PATH] [--json FILE] [--rounds N] [--networks a,b] [--batch-size N] [--threads N]

  webgpu            steps on the GPU beside the CPU's, and beside TorchJD's on CUDA
  --python PATH     a Python with torch, torchjd, quadprog and qpsolvers, to compare with
  --json FILE       write all figures there
  --rounds N        turns of each side (default 8)
  --networks LIST   of ${Object.keys(networks).join(", ")} (default: all); none for no steps
  --objectives LIST numbers of rows of the weights (default 4,16,32,64,128,256,512); none for no weights
  --batch-size N    examples a step (default 32)
  --threads N       of our engine on the CPU (default auto, a thread a core; PyTorch runs on its default and on one)
`

const list = (text: string) => (text === "none" ? [] : text.split(",").map((entry) => entry.trim()))

function count(text: string, place: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InputError({ rule: "it must be an integer of at least 1", place, value: text })
}

function networkNamed(name: string): NetworkDescription {
  const found = Object.values(networks).find((network) => network.name === name)
  if (found !== undefined) return found
  const rule = `it must be one of ${Object.keys(networks).join(", ")}`
  throw new InputError({ rule, place: "an entry of --networks", value: name })
}

function flags() {
  const options = {
    python: { type: "string" },
    json: { type: "string" },
    rounds: { type: "string", default: "8" },
    networks: { type: "string", default: Object.keys(networks).join(",") },
    objectives: { type: "string", default: "4,16,32,64,128,256,512" },
    "batch-size": { type: "string", default: "32" },
    threads: { type: "string", default: "auto" },
    help: { type: "boolean", default: false }
  } as const
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error)
    throw new InputError({ rule, place: "the command line", value: process.argv.slice(2).join(" ") })
  }
}

async function main(): Promise<void> {
  const { values, positionals } = flags()
  const [suite, ...more] = positionals
  if (more.length > 0 || (suite !== undefined && suite !== "webgpu")) {
    throw new InputError({ rule: "it is webgpu or nothing", place: "the suite", value: positionals.join(" ") })
  }
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  const rounds = count(values.rounds, "--rounds")
  const batchSize = count(values["batch-size"], "--batch-size")
  const described = list(values.networks).map(networkNamed)
  const sizes = list(values.objectives).map((entry) => count(entry, "an entry of --objectives"))
  const measuredOn = machine()
  const { threads } = values
  const wasm = await loadWasmFor(threadCount(/^\d+$/.test(threads) ? Number(threads) : threads, "--threads"))

  using peer = values.python === undefined ? null : new Peer(values.python)
  const peerDescription = peer === null ? null : await peer.describe()
  const stepPeer =
    peer === null || peerDescription === null ? null : { process: peer, threads: peerDescription.threads }
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

  if (suite === "webgpu") {
    const result = await requestDevice({ timestamps: true })
    if (!result.found) throw result.error
    using gpu = result.gpu
    const cuda = peerDescription?.cuda ?? null
    if (peer !== null && cuda === null) say("PyTorch sees no CUDA device and is left out")
    const rows: ComparedGpuSteps[] = []
    for (const network of described) {
      say(`steps of ${network.name}`)
      rows.push(await compareGpuSteps(wasm, gpu, network, { batchSize, rounds }, cuda === null ? null : peer))
    }
    const { vendor, architecture, description } = gpu.adapter
    const on = `${[vendor, architecture, description].filter(Boolean).join(" ")}${cuda === null ? "" : `; CUDA: ${cuda}`}`
    process.stdout.write(`${measuredOn.cpu}, ${measuredOn.runtime}; WebGPU: ${on}\n\n${gpuStepsText(rows)}`)
    const found = { machine: measuredOn, adapter: gpu.adapter, peer: peerDescription, rows }
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(found, null, 2)}\n`)
    return
  }

  const steps: ComparedSteps[] = []
  for (const network of described) {
    say(`steps of ${network.name}`)
    steps.push(await compareSteps(wasm, network, batchSize, { rounds, steps: 10, skip: 2 }, stepPeer))
  }
  const weights: ComparedWeights[] = []
  for (const objectives of sizes) {
    say(`weights of ${objectives} objectives`)
    weights.push(await compareWeights(wasm, objectives, rounds, peer))
  }

  const report: Report = {
    machine: measuredOn,
    threads: wasm.threads,
    loadAfter: machine().load,
    peer: peerDescription,
    steps,
    weights
  }
  process.stdout.write(reportText(report))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof InputError ? 2 : 1
}
