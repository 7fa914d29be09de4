/**
 * Averaged weights against the noise of small batches: Tables 1 and 2 of "On the Convergence of Stochastic
 * Multi-Objective Gradient Manipulation" (CR-MOGM, NeurIPS 2022), on pictures of two garments or digits, a task each.
 *
 * Each method trains a LeNet by SGD for as many steps, on batches of 8, 4 and 2. Weights from a batch are biased by its
 * noise, the more the smaller it is; averaged over the steps they are not. What is told, as means of seeds with their
 * standard errors, is the loss of both tasks together on examples of the training set, in the end (Table 2); with
 * `--accuracy` also the share of the test pairs whose left, and whose right, picture is told (Table 1).
 *
 *   bun bench/studies/noisy-batches.ts [--data multi-fashion|multi-mnist|digits] [--folder FOLDER] [--methods a,b]
 *     [--batch-sizes 8,4,2] [--steps N] [--seeds N] [--smoothing constant:ALPHA|corollary-1]
 *     [--largest-weight WEIGHT|Infinity] [--accuracy] [--json FILE]
 *
 * @module
 */
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import {
  type ClassificationFit,
  classificationFits,
  type Estimate,
  estimate,
  lenetWithHeads
} from "@dualcone/experiments"
import {
  type Aggregator,
  crossEntropy,
  Diverged,
  Dualcone,
  datasets,
  InputError,
  loadWasm,
  multiTask,
  parseAggregator,
  sgd
} from "dualcone"
import { textTable } from "dualcone/bench"
import { pairSource, picturePairs } from "./picture-pairs.ts"

/** Pairs of the training set on which the loss is taken in the end. */
const MEASURED = 3000
const PREFIX = "cr-"

const { values: flags } = parseArgs({
  options: {
    data: { type: "string", default: "multi-fashion" },
    folder: { type: "string", default: "/usr/share/datasets/fashion-mnist" },
    methods: { type: "string", default: "mean,mgda,cr-mgda,pcgrad,cr-pcgrad" },
    "batch-sizes": { type: "string", default: "8,4,2" },
    steps: { type: "string", default: "7500" },
    seeds: { type: "string", default: "3" },
    smoothing: { type: "string", default: "constant:0.9" },
    "largest-weight": { type: "string", default: "1" },
    accuracy: { type: "boolean", default: false },
    json: { type: "string" }
  }
})

/** A positive whole number. @throws InputError for another value */
function count(text: string, place: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InputError({ rule: "it must be a positive whole number", place, value: text })
}

/** PCGrad is a sum of rows here, and a mean in the paper. */
const isSum = (method: string) => method.endsWith("pcgrad")
const learningRateOf = (method: string) => (isSum(method) ? 0.015 : 0.03)

/**
 * `cr-mgda` is MGDA inside CR-MOGM. Weights of PCGrad and CAGrad have no bound, where MGDA's are at most 1: of a pair that
 * is learnt the gradient is next to nothing, and an average would carry its weight to the next pairs, whose gradients
 * are not. So they are cut, to 1, or to 2 in a sum of two rows.
 */
function aggregatorOf(method: string): Aggregator {
  if (!method.startsWith(PREFIX)) return parseAggregator(method)
  const bound = Number(flags["largest-weight"]) * (isSum(method) ? 2 : 1)
  return parseAggregator({
    name: "cr-mogm",
    weighting: method.slice(PREFIX.length),
    smoothing: flags.smoothing,
    ...(Number.isFinite(bound) ? { largestWeight: bound } : {})
  })
}

const steps = count(flags.steps, "--steps")
const seeds = Array.from({ length: count(flags.seeds, "--seeds") }, (_, i) => i + 1)
const batchSizes = flags["batch-sizes"].split(",").map((size) => count(size, "--batch-sizes"))
const methods = flags.methods.split(",")
const { train, test } = await picturePairs(pairSource(flags.data), flags.folder)
const measured = datasets.subset(train, { examples: MEASURED })
const tasks = ["left", "right"]
const network = lenetWithHeads(train.shape, tasks, train.classes)
const { functions } = await loadWasm()

await using dualcone = await Dualcone.make({ threads: 1 })

/** Where a run ends: the fit on examples of the training set and on the test half; null where it diverged. */
async function endOf(method: string, batchSize: number, seed: number) {
  const run = dualcone.train({
    network,
    data: train,
    objective: multiTask(crossEntropy),
    aggregator: aggregatorOf(method),
    optimizer: sgd({ learningRate: learningRateOf(method) }),
    batchSize,
    epochs: Math.ceil((steps * batchSize) / train.examples),
    seed,
    engine: "cpu"
  })
  try {
    for await (const { iteration } of run) if (iteration === steps) break
  } catch (error) {
    if (error instanceof Diverged) return null
    throw error
  }
  const parameters = run.checkpoint()?.parameters
  if (parameters === undefined) throw new Error("a run that ended has a checkpoint")
  const fit = async (on: typeof train): Promise<readonly ClassificationFit[]> => {
    const { outputs } = await dualcone.predict({ network, parameters, data: on, engine: "cpu" })
    return classificationFits(functions, { outputs, labels: on.labels, examples: on.examples, tasks: tasks.length })
  }
  return { train: await fit(measured), test: await fit(test) }
}

interface Row {
  readonly method: string
  readonly batchSize: number
  readonly seed: number
  readonly end: Awaited<ReturnType<typeof endOf>>
}

/** The losses of the two tasks together. */
const bothOf = ({ train: fits }: NonNullable<Row["end"]>) => fits.reduce((sum, { loss }) => sum + loss, 0)

const rows: Row[] = []
for (const seed of seeds) {
  for (const batchSize of batchSizes) {
    for (const method of methods) {
      const end = await endOf(method, batchSize, seed)
      rows.push({ method, batchSize, seed, end })
      const told =
        end === null
          ? "diverged"
          : `loss ${bothOf(end).toFixed(3)}, test accuracies ${end.test.map(({ accuracy }) => accuracy.toFixed(4)).join(", ")}`
      process.stderr.write(`seed ${seed}, batches of ${batchSize}, ${method}: ${told}\n`)
    }
  }
}

const text = ({ mean, standardError }: Estimate, digits: number) =>
  mean === null || !Number.isFinite(mean)
    ? "diverged"
    : `${mean.toFixed(digits)}${standardError === null ? "" : ` ± ${standardError.toFixed(digits)}`}`

/** A line a batch size, a column a method. */
function table(title: string, digits: number, value: (end: NonNullable<Row["end"]>) => number): string {
  return textTable([
    [title, ...methods],
    ...batchSizes.map((size): readonly [string, ...string[]] => [
      String(size),
      ...methods.map((method) => {
        const ends = rows.filter((row) => row.method === method && row.batchSize === size).map(({ end }) => end)
        return text(estimate(ends.map((end) => (end === null ? Number.POSITIVE_INFINITY : value(end)))), digits)
      })
    ])
  ])
}

process.stdout.write(table("loss of both tasks, batches of", 2, bothOf))
if (flags.accuracy) {
  tasks.forEach((task, i) => {
    const right = ({ test: fits }: NonNullable<Row["end"]>) => 100 * (fits[i]?.accuracy ?? Number.NaN)
    process.stdout.write(`\n${table(`% right, ${task} picture, batches of`, 2, right)}`)
  })
}
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ flags, rows }, null, 2)}\n`)
