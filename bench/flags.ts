/**
 * The command line of the bench.
 *
 * @module
 */
import { parseArgs } from "node:util"
import { type NetworkDescription, networks } from "@dualcone/network"
import { InputError, type ThreadCount, threadCount } from "@dualcone/wasm"
import { benchNetworks } from "dualcone/bench"

const paperNetworks = Object.keys(networks).join(",")
const knownNetworks = Object.keys(benchNetworks).join(",")

/** What `--help` prints. */
export const USAGE = `bun run bench [--python PATH] [--javascript] [--deno] [--json FILE] [--picture FILE.svg] [--threads N]
              [--rounds N] [--networks a,b] [--objectives m,n] [--batch-size N]
bun run bench webgpu [--python PATH] [--json FILE] [--rounds N] [--networks a,b] [--batch-size N]
bun run bench conflict --python PATH [--json FILE] [--submission FILE --problems a,b]

  webgpu            steps on the GPU beside the CPU's, and beside TorchJD's on CUDA
  conflict          trajectories on the conflict suite's analytic problems, beside TorchJD's
  --python PATH     a Python with torch, torchjd, quadprog and qpsolvers, to compare with
  --javascript      compare with jax-js and tfjs, which are installed in bench/peers/javascript at the first run
  --deno            our own steps in Deno too, in turn with those here
  --json FILE       write all figures there
  --picture FILE    draw the steps there, as an SVG
  --threads N       threads of our engine on the CPU (default auto: one a core)
  --rounds N        turns of each side (default 8)
  --networks LIST   of ${knownNetworks} (default: all; of webgpu, ${paperNetworks}); none for no steps
  --objectives LIST numbers of rows of the weights (default 4,16,32,64,128,256,512); none for no weights
  --batch-size N    examples a step (default 32)
  --submission FILE write TorchJD's runs on some problems there, for \`dualcone bench conflict --submission FILE\`
  --problems LIST   which (default ewq,cqf,opposed)
`

/** What a run was asked for. */
export interface Flags {
  readonly suite: "cpu" | "webgpu" | "conflict"
  readonly help: boolean
  readonly python: string | null
  readonly javascript: boolean
  readonly deno: boolean
  readonly json: string | null
  readonly picture: string | null
  readonly threads: ThreadCount
  readonly rounds: number
  readonly networks: readonly NetworkDescription[]
  readonly objectives: readonly number[]
  readonly batchSize: number
  readonly submission: string | null
  readonly problems: readonly string[]
}

/** Reads the words behind `bun run bench`. @throws InputError for what is not understood */
export function parseFlags(args: readonly string[]): Flags {
  const { values, positionals } = parsed(args)
  const [suite, ...more] = positionals
  if (more.length > 0 || (suite !== undefined && suite !== "webgpu" && suite !== "conflict")) {
    throw new InputError({
      rule: "it is webgpu, conflict or nothing",
      place: "the suite",
      value: positionals.join(" ")
    })
  }
  if (
    suite === "webgpu" &&
    (values.javascript || values.deno || values.picture !== undefined || values.threads !== undefined)
  ) {
    const rule = "--javascript, --deno, --picture and --threads go with the CPU's steps alone"
    throw new InputError({ rule, place: "the command line", value: args.join(" ") })
  }
  if (suite === "conflict" && values.python === undefined && !values.help) {
    const rule = "there is nothing to compare with; name a Python with torch and torchjd"
    throw new InputError({ rule, place: "--python", value: undefined })
  }
  const picture = values.picture ?? null
  if (picture !== null && !picture.endsWith(".svg")) {
    throw new InputError({ rule: "it must end in .svg", place: "--picture", value: picture })
  }
  const named = list(values.networks ?? (suite === "webgpu" ? paperNetworks : knownNetworks))
  if (picture !== null && named.length === 0) {
    throw new InputError({ rule: "a picture needs steps", place: "--networks", value: "none" })
  }
  return {
    suite: suite ?? "cpu",
    help: values.help,
    python: values.python ?? null,
    javascript: values.javascript,
    deno: values.deno,
    json: values.json ?? null,
    picture,
    threads: threadCount(
      /^\d+$/.test(values.threads ?? "") ? Number(values.threads) : (values.threads ?? "auto"),
      "--threads"
    ),
    rounds: count(values.rounds, "--rounds"),
    networks: named.map(networkNamed),
    objectives: list(values.objectives).map((entry) => count(entry, "an entry of --objectives")),
    batchSize: count(values["batch-size"], "--batch-size"),
    submission: values.submission ?? null,
    problems: list(values.problems)
  }
}

function parsed(args: readonly string[]) {
  const options = {
    python: { type: "string" },
    javascript: { type: "boolean", default: false },
    deno: { type: "boolean", default: false },
    json: { type: "string" },
    picture: { type: "string" },
    threads: { type: "string" },
    rounds: { type: "string", default: "8" },
    networks: { type: "string" },
    objectives: { type: "string", default: "4,16,32,64,128,256,512" },
    "batch-size": { type: "string", default: "32" },
    submission: { type: "string" },
    problems: { type: "string", default: "ewq,cqf,opposed" },
    help: { type: "boolean", default: false }
  } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error)
    throw new InputError({ rule, place: "the command line", value: args.join(" ") })
  }
}

const list = (text: string) => (text === "none" ? [] : text.split(",").map((entry) => entry.trim()))

function count(text: string, place: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InputError({ rule: "it must be an integer of at least 1", place, value: text })
}

function networkNamed(name: string): NetworkDescription {
  const found = Object.values(benchNetworks).find((network) => network.name === name)
  if (found !== undefined) return found
  throw new InputError({ rule: `it must be one of ${knownNetworks}`, place: "an entry of --networks", value: name })
}
