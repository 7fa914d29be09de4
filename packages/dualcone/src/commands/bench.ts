/**
 * `dualcone bench`: times of training steps and weightings, and memory over many steps, measured here and now.
 *
 * @module
 */
import { MOST_OBJECTIVES, methods, parseGramianAggregator } from "@dualcone/aggregation"
import { acquireDevice, attempt, type EngineName, engineNames, fromGpu, resolveNetwork } from "@dualcone/descent"
import { type NetworkDescription, networks } from "@dualcone/network"
import { InputError, loadWasm, loadWasmFor } from "@dualcone/wasm"
import { requestDevice } from "@dualcone/webgpu"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Bench } from "../bench/bench.ts"
import { type GpuStepRow, makeGpuStepBench } from "../bench/gpu-step.ts"
import { type MemoryRow, makeMemoryRun } from "../bench/memory.ts"
import { benchNetworks } from "../bench/networks.ts"
import { makeStepBench, type StepRow } from "../bench/step.ts"
import { figure, textTable } from "../bench/table.ts"
import { inTurns } from "../bench/turns.ts"
import { makeWeightsBench, type WeightsRow } from "../bench/weights.ts"
import { switchFlag } from "./arguments.ts"
import { benchConflictCommand } from "./bench-conflict.ts"
import { print, printIndentedJson } from "./output.ts"
import { progressBar } from "./progress.ts"
import { chosenThreads, parseThreads, threadsFlag } from "./threads-flag.ts"

const MIB = 2 ** 20

const paperNetworks = Object.keys(networks).join(",")
const knownNetworks = Object.keys(benchNetworks)
const networkFlag = (names: string) =>
  Flag.String("network").pipe(
    Flag.withDescription(`Comma-separated: ${knownNetworks.join(",")} or FILE.json (default ${names})`),
    Flag.withDefault(names)
  )
const batchSizeFlag = Flag.Int("batch-size").pipe(Flag.withDescription("Examples a step"), Flag.withDefault(32))
const roundsFlag = Flag.Int("rounds").pipe(
  Flag.withDescription("Samples of each figure (default: as many as fit a few seconds)"),
  Flag.optional
)
const jsonFlag = switchFlag("json", "Print JSON instead of a table")

/** Fails unless `value` is an integer of at least 1. */
const positiveCount = Effect.fnUntraced(function* (value: number, place: string) {
  if (Number.isSafeInteger(value) && value >= 1) return value
  return yield* Effect.fail(new InputError({ rule: "it must be an integer of at least 1", place, value }))
})

const entries = (text: string) => text.split(",").map((entry) => entry.trim())

const chosenNetworks = (text: string) =>
  Effect.forEach(entries(text), (name) => {
    const known = Object.values(benchNetworks).find((network) => network.name === name)
    if (known !== undefined) return Effect.succeed<NetworkDescription>(known)
    if (name.endsWith(".json")) return resolveNetwork(name, ".")
    const rule = `it must be one of ${knownNetworks.join(", ")}, or the path of a .json file`
    return Effect.fail(new InputError({ rule, place: "network", value: name }))
  })

/** Work that may be waited for. */
const running = (work: () => void | Promise<void>) =>
  Effect.suspend(() => {
    const ending = work()
    return ending === undefined ? Effect.void : Effect.promise(() => ending)
  })

/** Runs a benchmark to its row. The event loop gets its turn several times a second, so that ^C and the bar work. */
const runBench = Effect.fnUntraced(function* <Row>(
  bench: Bench<Row>,
  asked: Option.Option<number>,
  report: (round: number, rounds: number) => Effect.Effect<void>
) {
  yield* running(() => bench.warmUp())
  const rounds = Option.getOrElse(asked, () => bench.rounds)
  let turn = performance.now()
  for (let round = 1; round <= rounds; round++) {
    yield* running(() => bench.round())
    if (performance.now() - turn < 100 && round < rounds) continue
    yield* report(round, rounds)
    yield* Effect.sleep(0)
    turn = performance.now()
  }
  return bench.row()
})

/** A benchmark that lives as long as the scope. */
const acquire = <A extends Disposable>(make: () => A) =>
  Effect.acquireRelease(
    attempt(() => make()),
    (made) => Effect.sync(() => made[Symbol.dispose]())
  )

/** The least time of the same network on the fewest threads. */
const leastOnFewest = (rows: readonly StepRow[], { network }: StepRow) =>
  rows.filter((row) => row.network === network).sort((a, b) => a.threads - b.threads)[0]?.upgradMinMs ?? Number.NaN

const stepTable = (rows: readonly StepRow[]) =>
  textTable([
    ["network", ...rows.map((row) => row.network)],
    ["batch", ...rows.map((row) => String(row.batchSize))],
    ["threads", ...rows.map((row) => String(row.threads))],
    ["UPGrad ms", ...rows.map((row) => figure(row.upgradMs))],
    ["least", ...rows.map((row) => figure(row.upgradMinMs))],
    ["SGD ms", ...rows.map((row) => figure(row.sgdMs))],
    ["least", ...rows.map((row) => figure(row.sgdMinMs))],
    ["UPGrad / SGD", ...rows.map((row) => figure(row.upgradMs / row.sgdMs))],
    ["speed-up", ...rows.map((row) => figure(leastOnFewest(rows, row) / row.upgradMinMs))]
  ])

const gpuStepTable = (rows: readonly GpuStepRow[]) =>
  [
    stepTable(rows),
    textTable([
      ["network", ...rows.map((row) => row.network)],
      ["adapter", ...rows.map((row) => row.adapter)],
      ["dispatches", ...rows.map(({ asked }) => String(asked.dispatches))],
      ["submits", ...rows.map(({ asked }) => String(asked.submits))],
      ["readbacks", ...rows.map(({ asked }) => String(asked.readbacks))]
    ]),
    ...rows.flatMap(({ network, kernels }) =>
      kernels === null
        ? []
        : [
            textTable([
              [`kernels of ${network}`, ...kernels.map(({ label }) => label)],
              ["GPU ms", ...kernels.map(({ milliseconds }) => figure(milliseconds))]
            ])
          ]
    )
  ].join("\n")

/** The device of an engine, as long as the scope; null for the CPU. `auto` takes hardware alone. */
const benchDevice = (engine: EngineName) =>
  Effect.suspend(() => {
    if (engine === "cpu") return Effect.succeed(null)
    if (engine === "webgpu") return acquireDevice(() => requestDevice({ timestamps: true }))
    const hardware = acquireDevice(() => requestDevice({ hardware: true, timestamps: true }))
    return hardware.pipe(Effect.orElseSucceed(() => null))
  })

const stepCommand = Command.make(
  "step",
  {
    network: networkFlag(paperNetworks),
    batchSize: batchSizeFlag,
    engine: Flag.Literals("engine", engineNames).pipe(Flag.withDefault("cpu")),
    threads: Flag.String("threads").pipe(
      Flag.withDescription("Comma-separated numbers of threads of the CPU, or auto; they take turns in one run"),
      Flag.withDefault("auto")
    ),
    rounds: roundsFlag,
    json: jsonFlag
  },
  Effect.fnUntraced(function* (options) {
    const counts = yield* attempt(() => entries(options.threads).map(parseThreads))
    const batchSize = yield* positiveCount(options.batchSize, "--batch-size")
    if (Option.isSome(options.rounds)) yield* positiveCount(options.rounds.value, "--rounds")
    const described = yield* chosenNetworks(options.network)
    const measured = <Row>(name: string, bench: Bench<Row>) =>
      Effect.gen(function* () {
        const bar = yield* progressBar("{name}  {value}/{total}")
        return yield* runBench(bench, options.rounds, (round, total) => bar.update(round, total, { name }))
      })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const gpu = yield* benchDevice(options.engine)
        if (gpu === null) {
          const modules = yield* Effect.promise(() => Promise.all(counts.map((count) => loadWasmFor(count))))
          const rows = yield* Effect.forEach(described, (network) =>
            Effect.scoped(
              Effect.forEach(modules, (wasm) => acquire(() => makeStepBench(wasm, { network, batchSize }))).pipe(
                Effect.flatMap((benches) => measured(network.name, inTurns(benches)))
              )
            )
          )
          return yield* options.json ? printIndentedJson(rows.flat()) : print(stepTable(rows.flat()))
        }
        const wasm = yield* Effect.promise(() => loadWasm())
        const rows = yield* Effect.forEach(described, (network) =>
          Effect.scoped(
            Effect.acquireRelease(
              fromGpu(() => makeGpuStepBench(wasm, gpu, { network, batchSize })),
              (bench) => Effect.sync(() => bench[Symbol.dispose]())
            ).pipe(Effect.flatMap((bench) => measured(network.name, bench)))
          )
        )
        return yield* options.json ? printIndentedJson(rows) : print(gpuStepTable(rows))
      })
    )
  })
).pipe(
  Command.withDescription(
    "Milliseconds of an UPGrad step and of an SGD step on the same engine, taken in turns: median and least."
  ),
  Command.withShortDescription("time training steps")
)

const weightsTable = (rows: readonly WeightsRow[]) => {
  const kinds = rows[0]?.kinds ?? []
  return textTable([
    ["objectives", ...rows.map((row) => String(row.objectives))],
    ["ms", ...rows.map((row) => figure(row.ms))],
    ["least", ...rows.map((row) => figure(row.minMs))],
    ...kinds.map(({ kind }, i) => [kind, ...rows.map((row) => figure(row.kinds[i]?.ms ?? Number.NaN))] as const),
    ["certified", ...rows.map((row) => (row.certified === null ? "-" : row.certified ? "yes" : "no"))]
  ])
}

const weightsCommand = Command.make(
  "weights",
  {
    objectives: Flag.String("objectives").pipe(
      Flag.withDescription("Comma-separated numbers of rows"),
      Flag.withDefault("4,16,32,64,128,256,512")
    ),
    method: Flag.String("method").pipe(
      Flag.withDescription(`One of ${methods.map(({ name }) => name).join(", ")}`),
      Flag.withDefault("upgrad")
    ),
    threads: threadsFlag,
    rounds: roundsFlag,
    json: jsonFlag
  },
  Effect.fnUntraced(function* (options) {
    if (Option.isSome(options.rounds)) yield* positiveCount(options.rounds.value, "--rounds")
    const sizes = yield* Effect.forEach(entries(options.objectives), (entry) => {
      const value = Number(entry)
      if (Number.isInteger(value) && value >= 1 && value <= MOST_OBJECTIVES) return Effect.succeed(value)
      const rule = `it must be an integer from 1 to ${MOST_OBJECTIVES}`
      return Effect.fail(new InputError({ rule, place: "an entry of --objectives", value: entry }))
    })
    const aggregator = yield* attempt(() => parseGramianAggregator(options.method, "--method"))
    const threads = yield* chosenThreads(options.threads)
    const wasm = yield* Effect.promise(() => loadWasmFor(threads))
    const rows = yield* Effect.forEach(sizes, (objectives) =>
      Effect.scoped(
        Effect.gen(function* () {
          const bar = yield* progressBar("m = {objectives}  {value}/{total}")
          const shown = { objectives: String(objectives) }
          const bench = yield* acquire(() => makeWeightsBench(wasm, { aggregator, objectives }))
          yield* Effect.promise(async () => wasm.workers?.ready())
          return yield* runBench(bench, options.rounds, (round, total) => bar.update(round, total, shown))
        })
      )
    )
    yield* options.json ? printIndentedJson(rows) : print(weightsTable(rows))
  })
).pipe(
  Command.withDescription(
    "Milliseconds of a weighting, certificate included, on three kinds of seeded Gramians: medians over the kinds."
  ),
  Command.withShortDescription("time weightings")
)

const memoryTable = (rows: readonly MemoryRow[]) =>
  textTable([
    ["network", ...rows.map((row) => row.network)],
    ["steps", ...rows.map((row) => String(row.steps))],
    ["module MiB before", ...rows.map((row) => (row.wasmBytesBefore / MIB).toFixed(1))],
    ["after", ...rows.map((row) => (row.wasmBytesAfter / MIB).toFixed(1))],
    ["process MiB before", ...rows.map((row) => (row.rssBefore / MIB).toFixed(1))],
    ["after", ...rows.map((row) => (row.rssAfter / MIB).toFixed(1))],
    ["flat", ...rows.map((row) => (row.flat ? "yes" : "no"))]
  ])

const memoryCommand = Command.make(
  "memory",
  {
    network: networkFlag("svhn"),
    batchSize: batchSizeFlag,
    threads: threadsFlag,
    steps: Flag.Int("steps").pipe(Flag.withDescription("UPGrad steps"), Flag.withDefault(10_000)),
    json: jsonFlag
  },
  Effect.fnUntraced(function* (options) {
    const batchSize = yield* positiveCount(options.batchSize, "--batch-size")
    const steps = yield* positiveCount(options.steps, "--steps")
    const threads = yield* chosenThreads(options.threads)
    const described = yield* chosenNetworks(options.network)
    const wasm = yield* Effect.promise(() => loadWasmFor(threads))
    const rows = yield* Effect.forEach(described, (network) =>
      Effect.scoped(
        Effect.gen(function* () {
          const bar = yield* progressBar("{name}  {value}/{total} steps")
          const run = yield* acquire(() => makeMemoryRun(wasm, { network, batchSize }))
          for (let done = 0; done < steps; ) {
            const part = Math.min(20, steps - done)
            run.run(part)
            done += part
            yield* bar.update(done, steps, { name: network.name })
            yield* Effect.sleep(0)
          }
          return run.row()
        })
      )
    )
    yield* options.json ? printIndentedJson(rows) : print(memoryTable(rows))
    const grown = rows.filter((row) => !row.flat).map((row) => row.network)
    if (grown.length > 0) yield* Effect.fail(new Error(`memory grew over ${steps} steps of ${grown.join(", ")}`))
  })
).pipe(
  Command.withDescription("Memory before and after many UPGrad steps; exit code 1 when it is not flat."),
  Command.withShortDescription("watch the memory of training")
)

/** The command. */
export const benchCommand = Command.make("bench").pipe(
  Command.withSubcommands([stepCommand, weightsCommand, memoryCommand, benchConflictCommand]),
  Command.withDescription(
    "Measure this machine, training steps, weightings and memory; or methods, on the conflict suite."
  ),
  Command.withShortDescription("measure this machine, or compare methods"),
  Command.withExamples([
    { command: "dualcone bench step --json --network svhn,cifar10", description: "Two networks, for machines" },
    { command: "dualcone bench weights --objectives 32,128", description: "UPGrad's weights" },
    { command: "dualcone bench conflict", description: "Every method on problems of known conflict" }
  ])
)
