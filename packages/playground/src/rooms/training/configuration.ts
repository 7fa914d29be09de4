/**
 * The run of one side for Bun and Deno: a configuration of `dualcone train`, or a program where the examples are files
 * that configurations have no name for.
 *
 * @module
 */
import type { Side, Task } from "./protocol.ts"

/** What to run elsewhere, and how. */
export interface Elsewhere {
  /** The name of the file that holds `content`. */
  readonly file: string
  readonly content: string
  /** A line for Bun and one for Deno. */
  readonly commands: readonly string[]
}

/** The same run, to the same digest, on the command line. */
export function elsewhere(task: Task, side: Side): Elsewhere {
  const method = side === "mean" ? "mean" : task.settings.rival
  if (task.files !== null) return programOf(task, side, method)
  const { batchSize, examples, epochs, seed, engine, rates } = task.settings
  const configuration = {
    network: "mnist",
    ...(task.start === null ? {} : { parameters: task.start.name }),
    data: { name: "digits", examples },
    batchSize,
    epochs,
    seed,
    objective: "instance-wise-cross-entropy",
    aggregator: { name: method },
    optimizer: { name: "sgd", learningRate: rates[side] },
    engine
  }
  const file = `${method}.json`
  return {
    file,
    content: `${JSON.stringify(configuration, null, 2)}\n`,
    commands: [`bunx dualcone train ${file}`, `deno run -A npm:dualcone train ${file}`]
  }
}

function programOf({ settings, files, start }: Task, side: Side, method: string): Elsewhere {
  const { batchSize, examples, epochs, seed, engine, rates } = settings
  const text = (value: unknown) => JSON.stringify(value)
  const content = `import { crossEntropy, Dualcone, datasets, instanceWise, networks, parseAggregator, runDigest, sgd } from "dualcone"
${start === null ? "" : `import { parametersOf } from "dualcone/effect"\nimport { readSafetensors } from "dualcone"\nimport { readFileSync } from "node:fs"\n`}
const all = await datasets.idx({ images: ${text(files?.images.name)}, labels: ${text(files?.labels.name)} })
await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network: networks.mnist,
  data: datasets.subset(all, { examples: Math.min(${examples}, all.examples) }),
  objective: instanceWise(crossEntropy),
  aggregator: parseAggregator(${text(method)}),
  optimizer: sgd({ learningRate: ${rates[side]} }),${start === null ? "" : `\n  parameters: parametersOf(readSafetensors(readFileSync(${text(start.name)}), ${text(start.name)})),`}
  batchSize: ${batchSize},
  epochs: ${epochs},
  seed: ${seed},
  engine: ${text(engine)}
})
for await (const { iteration, meanLoss } of run) console.log(iteration, meanLoss)
const state = run.checkpoint()
if (state !== undefined) console.log(await runDigest(state.history.losses, state.parameters))
`
  const file = `${method}.ts`
  return { file, content, commands: [`bun ${file}`, `deno run -A ${file}`] }
}
