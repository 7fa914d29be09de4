/**
 * The train configuration as a schema: what `dualcone train` reads, and its JSON Schema. Defaults are those of the
 * functions that take the values (`upgrad`, `sgd`, `shuffled`); here they are only described.
 *
 * @module
 */
import { methods } from "@dualcone/aggregation"
import type { Layer } from "@dualcone/network"
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

const tie = optional(
  Schema.String.annotate({
    description: "Path of an earlier layer whose tensors this one uses too: 0, trunk.0, heads.left.0, 3.branches.0.1."
  })
)

// One literal a member: a union then reports a wrong discriminant by its own `expected`, not by one member's.
const layers = [
  Schema.Struct({
    kind: Schema.Literal("conv2d"),
    outputs: positiveInteger,
    kernel: positiveInteger,
    stride: optional(positiveInteger),
    padding: optional(naturalNumber),
    groups: optional(positiveInteger),
    bias: optional(Schema.Boolean),
    tie
  }),
  Schema.Struct({ kind: Schema.Literal("linear"), outputs: positiveInteger, bias: optional(Schema.Boolean), tie }),
  Schema.Struct({ kind: Schema.Literal("max-pool2d"), kernel: positiveInteger, stride: optional(positiveInteger) }),
  Schema.Struct({ kind: Schema.Literal("average-pool2d"), kernel: positiveInteger, stride: optional(positiveInteger) }),
  Schema.Struct({ kind: Schema.Literal("elu") }),
  Schema.Struct({ kind: Schema.Literal("relu") }),
  Schema.Struct({ kind: Schema.Literal("tanh") }),
  Schema.Struct({ kind: Schema.Literal("sigmoid") }),
  Schema.Struct({ kind: Schema.Literal("gelu") }),
  Schema.Struct({ kind: Schema.Literal("flatten") }),
  Schema.Struct({ kind: Schema.Literal("group-norm"), groups: positiveInteger, epsilon: optional(positive), tie }),
  Schema.Struct({ kind: Schema.Literal("layer-norm"), epsilon: optional(positive), tie }),
  Schema.Struct({ kind: Schema.Literal("dropout"), probability: notNegative.check(Schema.isLessThan(1)) }),
  Schema.Struct({ kind: Schema.Literal("embedding"), entries: positiveInteger, width: positiveInteger, tie }),
  Schema.Struct({ kind: Schema.Literal("recurrent"), hidden: positiveInteger, bias: optional(Schema.Boolean), tie }),
  Schema.Struct({ kind: Schema.Literal("last-step") }),
  Schema.Struct({
    kind: Schema.Literal("sum"),
    branches: Schema.Array(Schema.Array(Schema.suspend((): Schema.Codec<Layer> => layer))).check(Schema.isMinLength(1))
  })
] as const

const layer: Schema.Codec<Layer> = Schema.Union(layers).annotate({
  identifier: "Layer",
  expected:
    'a layer: an object whose "kind" is one of conv2d, linear, max-pool2d, average-pool2d, elu, relu, tanh, sigmoid, gelu, flatten, group-norm, layer-norm, dropout, embedding, recurrent, last-step, sum (batch normalisation mixes the examples of a batch, so no example has a gradient of its own: use group-norm or layer-norm)'
})

const network = Schema.Struct({
  name: Schema.String,
  input: shape,
  layers: Schema.Array(layer),
  heads: optional(
    Schema.Record(
      Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]+$/)),
      Schema.Struct({ layers: Schema.Array(layer) })
    ).annotate({ description: "Layers between the shared ones and one output each, by name." })
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

const belowOne = notNegative.check(Schema.isLessThan(1))

const steadySchedules = [
  Schema.Struct({ kind: Schema.Literal("constant"), value: positive }),
  Schema.Struct({ kind: Schema.Literal("inverse-sqrt"), initial: positive }),
  Schema.Struct({ kind: Schema.Literal("step"), initial: positive, every: positiveInteger, factor: positive }),
  Schema.Struct({ kind: Schema.Literal("exponential"), initial: positive, factor: positive }),
  Schema.Struct({
    kind: Schema.Literal("cosine"),
    initial: positive,
    minimum: optional(notNegative.annotate({ description: "Default: 0." })),
    iterations: positiveInteger
  })
] as const

const learningRate = Schema.Union([
  positive,
  ...steadySchedules,
  Schema.Struct({
    kind: Schema.Literal("linear-warmup"),
    iterations: positiveInteger,
    schedule: Schema.Union([positive, ...steadySchedules]).annotate({
      expected:
        'a positive number, or a schedule: an object whose "kind" is one of constant, inverse-sqrt, step, exponential, cosine'
    })
  })
]).annotate({
  expected:
    'a positive number, or a schedule: an object whose "kind" is one of constant, inverse-sqrt, step, exponential, cosine, linear-warmup',
  description: "A number, or a schedule by the iteration, counted from 1."
})

const moments = {
  learningRate: optional(learningRate.annotate({ description: "Default: 0.001." })),
  betas: optional(Schema.Tuple([belowOne, belowOne]).annotate({ description: "Default: [0.9, 0.999]." })),
  epsilon: optional(positive.annotate({ description: "Default: 1e-8." })),
  amsgrad: optional(Schema.Boolean.annotate({ description: "Default: false." }))
}

const optimizer = Schema.Union([
  Schema.Struct({
    name: Schema.Literal("sgd"),
    learningRate,
    momentum: optional(belowOne),
    dampening: optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
    weightDecay: optional(notNegative),
    nesterov: optional(Schema.Boolean)
  }).annotate({ description: "torch.optim.SGD, with its defaults." }),
  Schema.Struct({
    name: Schema.Literal("adam"),
    ...moments,
    weightDecay: optional(notNegative.annotate({ description: "Default: 0." }))
  }).annotate({ description: "torch.optim.Adam, with its defaults." }),
  Schema.Struct({
    name: Schema.Literal("adamw"),
    ...moments,
    weightDecay: optional(notNegative.annotate({ description: "Default: 0.01." }))
  }).annotate({ description: "torch.optim.AdamW, with its defaults." }),
  Schema.Struct({
    name: Schema.Literal("rmsprop"),
    learningRate: optional(learningRate.annotate({ description: "Default: 0.01." })),
    alpha: optional(belowOne.annotate({ description: "Default: 0.99." })),
    epsilon: optional(positive.annotate({ description: "Default: 1e-8." })),
    weightDecay: optional(notNegative),
    momentum: optional(belowOne),
    centered: optional(Schema.Boolean)
  }).annotate({ description: "torch.optim.RMSprop, with its defaults." }),
  Schema.Struct({
    name: Schema.Literal("adagrad"),
    learningRate: optional(learningRate.annotate({ description: "Default: 0.01." })),
    learningRateDecay: optional(notNegative),
    weightDecay: optional(notNegative),
    initialAccumulatorValue: optional(notNegative),
    epsilon: optional(positive.annotate({ description: "Default: 1e-10." }))
  }).annotate({ description: "torch.optim.Adagrad, with its defaults." })
]).annotate({ expected: 'an optimizer: an object whose "name" is one of sgd, adam, adamw, rmsprop, adagrad' })

const loss = Schema.Literals(["cross-entropy", "squared-error"])
const losses = Schema.Union([loss, Schema.Record(Schema.String, loss)]).annotate({
  expected: "cross-entropy, squared-error, or an object with one of them a head",
  description: "A loss for every head, or one a head, by name."
})
const part = {
  jacobianOf: optional(
    Schema.Array(Schema.String).annotate({
      description: "Paths of layers or tensors whose columns count in the Gramian: trunk, 0.weight. Default: all."
    })
  ),
  outside: optional(
    Schema.Literals(["weighted", "plain"]).annotate({
      description: "The other parameters follow the same weights, or their plain gradient. Default: weighted."
    })
  )
}

const regularizer = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("squared-norm") }).annotate({
    description: "Half the squared length of all parameters."
  }),
  Schema.Struct({ kind: Schema.Literal("log-lipschitz") }).annotate({
    description: "The logarithm of the product of the spectral norms of all layers, for chains of linear ones."
  })
]).annotate({ expected: 'an object whose "kind" is one of squared-norm, log-lipschitz' })

const objective = Schema.Union([
  Schema.Literals(["instance-wise-cross-entropy", "instance-wise-squared-error"]),
  Schema.Struct({ kind: Schema.Literal("instance-wise"), loss: losses, ...part }),
  Schema.Struct({ kind: Schema.Literal("multi-task"), losses, ...part }),
  Schema.Struct({ kind: Schema.Literal("instance-wise-multi-task"), losses, ...part }),
  Schema.Struct({ kind: Schema.Literal("per-step"), loss, ...part }),
  Schema.Struct({ kind: Schema.Literal("sharded"), loss: losses, shards: positiveInteger, ...part }),
  Schema.Struct({
    kind: Schema.Literal("regularized"),
    loss: losses,
    regularizers: Schema.NonEmptyArray(regularizer).annotate({
      description: "Functions of the parameters, objectives 1, 2, … beside the mean loss of the batch, objective 0."
    })
  })
]).annotate({
  expected:
    'instance-wise-cross-entropy, instance-wise-squared-error, or an object whose "kind" is one of instance-wise, multi-task, instance-wise-multi-task, per-step, sharded, regularized',
  description:
    "Which losses are the objectives: one an example, a task, an example and task, a step, or a shard of the batch; or the mean loss and regularizers. Default: instance-wise-cross-entropy."
})

const range = {
  examples: optional(positiveInteger.annotate({ description: "How many. Default: all." })),
  from: optional(naturalNumber.annotate({ description: "The first, counted from 0. Default: 0." })),
  seed: optional(
    naturalNumber.annotate({
      description: "In place of from: run i of arXiv 2406.16232 is on the examples i n to (i + 1) n - 1, n of them."
    })
  )
}

const split = optional(Schema.Literals(["train", "test"]).annotate({ description: "Default: train." }))
const folder = optional(
  Schema.String.annotate({ description: "The folder of the set's files. Default: as dualcone data says." })
)
const pairing = optional(naturalNumber.annotate({ description: "Draws the two images of each example. Default: 0." }))

const normalisation = {
  scale: optional(positive.annotate({ description: "Default: 1." })),
  mean: optional(Schema.Array(Schema.Finite).annotate({ description: "One number, or one a channel. Default: [0]." })),
  deviation: optional(Schema.Array(positive).annotate({ description: "One number, or one a channel. Default: [1]." }))
}

const filed = <const Name extends string>(name: Name) =>
  Schema.Struct({ name: Schema.Literal(name), folder, split, ...range })
const paired = <const Name extends string>(name: Name) =>
  Schema.Struct({ name: Schema.Literal(name), folder, split, pairing, ...range })

const data = Schema.Union([
  Schema.Struct({ name: Schema.Literal("digits"), ...range }),
  filed("mnist"),
  filed("fashion-mnist"),
  filed("kmnist"),
  filed("cifar10"),
  filed("svhn"),
  filed("eurosat"),
  paired("multi-mnist"),
  paired("multi-fashion"),
  Schema.Struct({
    name: Schema.Literal("cifar10-mnist"),
    folder,
    digits: optional(Schema.String.annotate({ description: "The folder of MNIST's files. Default: as folder." })),
    split,
    pairing,
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
  expected: 'an object with "name" (such as digits), or with "images" and "labels"',
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
  objective: optional(objective),
  aggregator,
  optimizer,
  engine: optional(Schema.Literals(["cpu", "webgpu", "auto"]).annotate({ description: "Default: auto." })),
  threads: optional(
    Schema.Union([Schema.Literal("auto"), positiveInteger]).annotate({
      expected: "auto, or a number of threads",
      description: "Threads of the engine on the CPU; no result depends on it. Default: auto."
    })
  )
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
