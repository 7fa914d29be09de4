/**
 * The train configuration as a schema: what `dualcone train` reads, and its JSON Schema. Defaults are those of the
 * functions that take the values (`upgrad`, `sgd`, `shuffled`); here they are only described.
 *
 * @module
 */
import { methods } from "@dualcone/aggregation"
import * as Schema from "effect/Schema"

const positiveInteger = Schema.Int.check(Schema.isGreaterThan(0))
const naturalNumber = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const positive = Schema.Finite.check(Schema.isGreaterThan(0))
const notNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const shape = Schema.Array(positiveInteger)
const optional = Schema.optionalKey

const tensor = Schema.String.check(Schema.isPattern(/^.+\.safetensors#.+$/)).annotate({
  description: "One tensor of a file: FILE.safetensors#NAME."
})

// One literal a member: a union then reports a wrong discriminant by its own `expected`, not by one member's.
const layers = [
  Schema.Struct({
    kind: Schema.Literal("conv2d"),
    outputs: positiveInteger,
    kernel: positiveInteger,
    stride: optional(positiveInteger),
    padding: optional(naturalNumber),
    groups: optional(positiveInteger),
    bias: optional(Schema.Boolean)
  }),
  Schema.Struct({ kind: Schema.Literal("linear"), outputs: positiveInteger, bias: optional(Schema.Boolean) }),
  Schema.Struct({ kind: Schema.Literal("max-pool2d"), kernel: positiveInteger, stride: optional(positiveInteger) }),
  Schema.Struct({ kind: Schema.Literal("average-pool2d"), kernel: positiveInteger, stride: optional(positiveInteger) }),
  Schema.Struct({ kind: Schema.Literal("elu") }),
  Schema.Struct({ kind: Schema.Literal("relu") }),
  Schema.Struct({ kind: Schema.Literal("tanh") }),
  Schema.Struct({ kind: Schema.Literal("sigmoid") }),
  Schema.Struct({ kind: Schema.Literal("gelu") }),
  Schema.Struct({ kind: Schema.Literal("flatten") }),
  Schema.Struct({ kind: Schema.Literal("group-norm"), groups: positiveInteger, epsilon: optional(positive) }),
  Schema.Struct({ kind: Schema.Literal("layer-norm"), epsilon: optional(positive) }),
  Schema.Struct({ kind: Schema.Literal("dropout"), probability: notNegative.check(Schema.isLessThan(1)) })
] as const

const network = Schema.Struct({
  name: Schema.String,
  input: shape,
  layers: Schema.Array(
    Schema.Union(layers).annotate({
      expected:
        'a layer: an object whose "kind" is one of conv2d, linear, max-pool2d, average-pool2d, elu, relu, tanh, sigmoid, gelu, flatten, group-norm, layer-norm, dropout (batch normalisation mixes the examples of a batch, so no example has a gradient of its own: use group-norm or layer-norm)'
    })
  )
})

const methodNames = methods.map((method) => method.name)

/** `name` and the options of that method, which `parseAggregator` checks: the list of methods is open. */
const aggregator = Schema.Union([
  Schema.Literals(methodNames),
  Schema.StructWithRest(Schema.Struct({ name: Schema.Literals(methodNames) }), [
    Schema.Record(Schema.String, Schema.Unknown)
  ])
]).annotate({
  expected: `one of ${methodNames.join(", ")}, or an object with that "name" and its options`,
  description: methods
    .map(({ name, parameters }) =>
      parameters.length === 0
        ? `${name}.`
        : `${name} with ${parameters.map((option) => `${option.name} (${option.meaning}; default ${option.default})`).join(", ")}.`
    )
    .join(" ")
})

const optimizer = Schema.Struct({
  name: Schema.Literal("sgd"),
  learningRate: positive,
  momentum: optional(notNegative.check(Schema.isLessThan(1))),
  dampening: optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  weightDecay: optional(notNegative),
  nesterov: optional(Schema.Boolean)
}).annotate({ description: "torch.optim.SGD, with its defaults." })

const range = { examples: optional(positiveInteger), from: optional(naturalNumber) }

const normalisation = {
  scale: optional(positive.annotate({ description: "Default: 1." })),
  mean: optional(Schema.Array(Schema.Finite).annotate({ description: "One number, or one a channel. Default: [0]." })),
  deviation: optional(Schema.Array(positive).annotate({ description: "One number, or one a channel. Default: [1]." }))
}

const data = Schema.Union([
  Schema.Struct({ name: Schema.Literal("digits"), ...range }),
  Schema.Struct({
    name: Schema.Literal("fashion-mnist"),
    folder: optional(
      Schema.String.annotate({
        description: "The folder of the four official files. Default: /usr/share/datasets/fashion-mnist."
      })
    ),
    split: optional(Schema.Literals(["train", "test"])),
    ...range
  }),
  Schema.Struct({
    images: tensor,
    labels: optional(tensor),
    targets: optional(tensor),
    batches: optional(tensor),
    ...normalisation
  })
]).annotate({
  expected: 'an object with "name" (digits or fashion-mnist), or with "images" and "labels"',
  description: "Examples by name, or explicit tensors with x = (image / scale - mean) / deviation."
})

/** The train configuration. Paths are relative to the file that holds it. */
export const TrainConfig = Schema.Struct({
  $schema: optional(Schema.String),
  network: Schema.Union([Schema.String, network]).annotate({
    expected: "the name of a network, the path of a JSON file, or a description",
    description: "svhn, cifar10, eurosat or mnist; or the path of a JSON file; or a description."
  }),
  parameters: optional(
    Schema.String.annotate({
      description:
        "FILE.safetensors of first parameters, named as 0.weight or model.0.weight. Default: drawn from seed."
    })
  ),
  data,
  batches: optional(
    tensor.annotate({
      description: "FILE.safetensors#NAME, [iterations, batch size] indices: replaces batchSize, epochs and shuffling."
    })
  ),
  batchSize: optional(positiveInteger.annotate({ description: "Default: 32." })),
  epochs: optional(positiveInteger.annotate({ description: "Default: 1." })),
  seed: optional(naturalNumber.annotate({ description: "Default: 0." })),
  objective: optional(
    Schema.Literals(["instance-wise-cross-entropy", "instance-wise-squared-error"]).annotate({
      description: "One objective an example. Default: instance-wise-cross-entropy."
    })
  ),
  aggregator,
  optimizer,
  engine: optional(Schema.Literals(["cpu", "webgpu", "auto"]).annotate({ description: "Default: auto." }))
})

/** A decoded train configuration. */
export type TrainConfig = typeof TrainConfig.Type

/** JSON Schema (draft 2020-12) of a train configuration. */
export function trainConfigJsonSchema(): object {
  const { schema, definitions } = Schema.toJsonSchemaDocument(TrainConfig, { onExcessProperty: "error" })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Dualcone train configuration",
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}
