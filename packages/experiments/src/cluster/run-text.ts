/**
 * A run as text: what a runner on another machine needs to know of it.
 *
 * @module
 */
import { parseAggregator } from "@dualcone/aggregation"
import { attempt, parseOptimizer } from "@dualcone/descent"
import { parseDescription } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { dataSetNames } from "../sweep/data-sets.ts"
import { groupId, type Run, runId } from "../sweep/run.ts"

const range = { from: Schema.Int, examples: Schema.Int }
const text = Schema.fromJsonString(
  Schema.Struct({
    stage: Schema.Literals(["list", "coarse", "fine"]),
    learningRate: Schema.Finite,
    group: Schema.Struct({
      dataSet: Schema.String,
      source: Schema.Struct({
        name: Schema.Literals(dataSetNames),
        folder: Schema.NullOr(Schema.String),
        digits: Schema.optionalKey(Schema.String)
      }),
      subset: Schema.Int,
      range: Schema.Struct(range),
      network: Schema.Unknown,
      seed: Schema.Int,
      aggregator: Schema.Unknown,
      label: Schema.String,
      optimizer: Schema.Record(Schema.String, Schema.Unknown),
      batchSize: Schema.Int,
      epochs: Schema.Int,
      heldOut: Schema.NullOr(Schema.Struct({ split: Schema.Literals(["train", "test"]), ...range }))
    })
  })
)

/** The text of a run. */
export function encodeRun({ stage, learningRate, group }: Run): string {
  return JSON.stringify({ stage, learningRate, group })
}

/**
 * The run of a text, checked as the file of a sweep is. It must get the id that it was submitted under: another version of
 * this program may train it to other bits.
 */
export const decodeRun = Effect.fn("decodeRun")(function* (id: string, written: string) {
  const refused = (rule: string, value: unknown) => new InputError({ rule, place: `run ${id} of the cluster`, value })
  const decoded = yield* Schema.decodeUnknownEffect(text)(written).pipe(
    Effect.mapError(({ message }) => refused(message, written))
  )
  const { stage, learningRate } = decoded
  const run = yield* attempt((): Run => {
    const network = parseDescription(decoded.group.network)
    const aggregator = parseAggregator(decoded.group.aggregator)
    const shared = { ...decoded.group, network, aggregator }
    const group = { ...shared, id: groupId(shared) }
    const optimizer = parseOptimizer({ ...group.optimizer, learningRate })
    return { id: runId(group.id, learningRate), group, stage, learningRate, optimizer }
  })
  if (run.id === id) return run
  const rule = "runner and submitter must run the same version of Dualcone, which gives this run its id"
  return yield* Effect.fail(refused(rule, run.id))
})
