/**
 * `sweep.json` as a schema: what `dualcone sweep` reads, and its JSON Schema.
 *
 * @module
 */
import { configurationDecoder, configurationText, TrainConfig } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { dataSetNames } from "./data-sets.ts"

const positiveInteger = Schema.Int.check(Schema.isGreaterThan(0))
const naturalNumber = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const positive = Schema.Finite.check(Schema.isGreaterThan(0))
const optional = Schema.optionalKey
const some = <S extends Schema.Constraint>(item: S) => Schema.NonEmptyArray(item)

const data = Schema.Struct({
  name: Schema.Literals(dataSetNames),
  label: optional(Schema.String.annotate({ description: "Its name in tables. Default: the name." })),
  folder: optional(Schema.String.annotate({ description: "The folder of the official files." })),
  digits: optional(
    Schema.String.annotate({
      description: "The folder of MNIST's files for cifar10-mnist, whose folder is CIFAR-10's."
    })
  ),
  examples: optional(positiveInteger.annotate({ description: "Examples of a run. Default: 1024." })),
  subset: optional(
    naturalNumber.annotate({
      description: "Train on [examples·i, examples·(i + 1)) of the official order. Default: i is the seed of the run."
    })
  ),
  network: optional(
    TrainConfig.fields.network.annotate({ description: "As in a train configuration. Default: the paper's." })
  ),
  epochs: optional(positiveInteger.annotate({ description: "Default: those of the sweep, or the paper's." }))
})

const coarse = Schema.Struct({
  from: optional(positive.annotate({ description: "Default: 1e-5." })),
  to: optional(positive.annotate({ description: "Default: 100." })),
  count: optional(positiveInteger.annotate({ description: "Default: 22." }))
})

const fine = Schema.Struct({
  count: optional(positiveInteger.annotate({ description: "Default: 50." })),
  margin: optional(
    Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1)).annotate({
      description: "How far beyond the two best coarse rates, as a factor. Default: the cube root of 10."
    })
  )
})

const learningRates = Schema.Union([some(positive), Schema.Struct({ coarse, fine: optional(fine) })]).annotate({
  expected: 'a list of positive numbers, or an object with "coarse" and perhaps "fine"',
  description:
    "Rates, or a search: coarse rates in geometric progression, then fine ones around the two best of each data set, seed, aggregator, optimizer and batch size (arXiv 2406.16232, D.1)."
})

const aggregatorWithRates = Schema.Struct({
  aggregator: TrainConfig.fields.aggregator,
  label: optional(Schema.String.annotate({ description: "Its name in tables. Default: made of name and options." })),
  learningRates: optional(learningRates)
})

const hasItsShape = Schema.is(aggregatorWithRates)

/**
 * Tells an aggregator with rates or a label of its own from one as in a train configuration: momentum has an
 * aggregator too, and a name.
 */
export function isAggregatorWithRates(entry: unknown): entry is typeof aggregatorWithRates.Type {
  return hasItsShape(entry) && !Predicate.hasProperty(entry, "name")
}

const aggregator = Schema.Union([aggregatorWithRates, TrainConfig.fields.aggregator]).annotate({
  expected:
    'the name of an aggregator, an object with its "name" and options, or an object with "aggregator", "label" and "learningRates"',
  description:
    "As in a train configuration; an object with the key aggregator can have rates of its own. Methods that draw take the seed of the run unless they name one."
})

const optimizer = Schema.StructWithRest(
  Schema.Struct({ name: Schema.Literals(["sgd", "adam", "adamw", "rmsprop", "adagrad"]) }),
  [Schema.Record(Schema.String, Schema.Unknown)]
).annotate({ description: "As in a train configuration, without its learning rate. Default: sgd." })

/** A sweep: the product of all its lists. Paths are relative to the file that holds it. */
export const SweepConfig = Schema.Struct({
  $schema: optional(Schema.String),
  data: some(data),
  seeds: some(naturalNumber).check(Schema.isUnique()).annotate({
    description: "A seed draws the first parameters, the order of the examples, and which examples a run has."
  }),
  aggregators: some(aggregator),
  optimizers: optional(some(optimizer)),
  batchSizes: optional(some(positiveInteger).check(Schema.isUnique()).annotate({ description: "Default: [32]." })),
  epochs: optional(positiveInteger.annotate({ description: "Default: the paper's for each data set." })),
  learningRates: optional(learningRates),
  evaluate: optional(
    Schema.Struct({
      examples: optional(
        positiveInteger.annotate({
          description: "How many held-out examples. Default: the test half, or the last 1000 digits."
        })
      )
    }).annotate({ description: "Test loss and accuracy at the end of each run. Default: none." })
  ),
  engine: optional(Schema.Literal("cpu").annotate({ description: "Default: cpu, one thread a run." }))
})

/** A decoded sweep. */
export type SweepConfig = typeof SweepConfig.Type

const decode = configurationDecoder(SweepConfig)

/** A sweep from a value; unknown keys and wrong values fail, naming the key. */
export const parseSweepConfig = (value: unknown, file = "configuration") => decode(value, file)

/** A sweep from JSON text. */
export const parseSweepText = (text: string, file: string) =>
  configurationText(text, file).pipe(Effect.flatMap((value) => decode(value, file)))

/** JSON Schema (draft 2020-12) of a sweep. */
export function sweepJsonSchema(): object {
  const { schema, definitions } = Schema.toJsonSchemaDocument(SweepConfig, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Dualcone sweep",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
