/** The train configuration: what is accepted, and that every wrong key and value is named. */
import { describe, expect, test } from "bun:test"
import * as Effect from "effect/Effect"
import { parseTrainConfig, parseTrainConfigText, trainConfigJsonSchema } from "../src/index.ts"

const good = {
  network: "mnist",
  parameters: "start.safetensors",
  data: { name: "digits", examples: 1024 },
  batchSize: 32,
  epochs: 8,
  seed: 1,
  objective: "instance-wise-cross-entropy",
  aggregator: { name: "upgrad", ridge: { kind: "trace", epsilon: 1e-4 } },
  optimizer: { name: "sgd", learningRate: 0.1 },
  engine: "cpu"
}

const explicit = {
  images: "f.safetensors#input.images",
  labels: "f.safetensors#input.labels",
  scale: 255,
  mean: [0.1307],
  deviation: [0.3081]
}
const layer = { kind: "linear", outputs: 10 }
const network = { name: "own", input: [4], layers: [layer] }

const accepted: Record<string, object> = {
  "the whole example": good,
  "explicit tensors": { ...good, data: explicit },
  "an explicit order": { ...good, data: explicit, batches: "f.safetensors#input.batches" },
  "a network by description": { ...good, network },
  "a network by file": { ...good, network: "own.json" },
  "only what is needed": { network: "mnist", data: { name: "digits" }, aggregator: "mean", optimizer: good.optimizer },
  "a loss and regularizers": {
    ...good,
    objective: {
      kind: "regularized",
      loss: "cross-entropy",
      regularizers: [{ kind: "squared-norm" }, { kind: "log-lipschitz" }]
    }
  },
  "every option of sgd": {
    ...good,
    optimizer: { name: "sgd", learningRate: 1, momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: true }
  },
  "every option of Adam": {
    ...good,
    optimizer: { name: "adam", learningRate: 1, betas: [0.9, 0.99], epsilon: 1e-6, weightDecay: 0.1, amsgrad: true }
  },
  "AdamW alone": { ...good, optimizer: { name: "adamw" } },
  "every option of RMSProp": {
    ...good,
    optimizer: { name: "rmsprop", alpha: 0.9, epsilon: 1e-6, weightDecay: 0.1, momentum: 0.9, centered: true }
  },
  "every option of AdaGrad": {
    ...good,
    optimizer: { name: "adagrad", learningRateDecay: 1, weightDecay: 0.1, initialAccumulatorValue: 1, epsilon: 1e-6 }
  },
  "a schedule": {
    ...good,
    optimizer: { name: "adam", learningRate: { kind: "step", initial: 1, every: 2, factor: 0.5 } }
  },
  "a warm-up": {
    ...good,
    optimizer: {
      name: "sgd",
      learningRate: { kind: "linear-warmup", iterations: 9, schedule: { kind: "cosine", initial: 1, iterations: 90 } }
    }
  },
  "Fashion-MNIST": { ...good, data: { name: "fashion-mnist", folder: "f", split: "test", from: 3, examples: 4 } },
  "CIFAR-10 of run 3": { ...good, data: { name: "cifar10", examples: 1024, seed: 3 } },
  "MultiMNIST by its pairing": { ...good, data: { name: "multi-mnist", folder: "f", pairing: 5 } },
  "Cifar10Mnist of two folders": { ...good, data: { name: "cifar10-mnist", folder: "f", digits: "g", split: "test" } }
}

describe("accepted", () => {
  for (const [name, config] of Object.entries(accepted)) {
    test(name, async () => {
      expect(await Effect.runPromise(parseTrainConfig(config))).toEqual(expect.objectContaining(config))
    })
  }
})

/** A change of the example, the key that the error names, and the value that it shows. */
const refused: [object, string, string][] = [
  [{ epoch: 3 }, "epoch", "3"],
  [{ network: 3 }, "network", "3"],
  [{ network: { ...network, widths: 1 } }, "network.widths", "1"],
  [{ network: { ...network, layers: [{ kind: "conv3d" }] } }, "network.layers[0]", "conv3d"],
  [{ network: { ...network, layers: [layer, { kind: "linear" }] } }, "network.layers[1].outputs", "Missing"],
  [{ network: { ...network, layers: [{ ...layer, bias: 1 }] } }, "network.layers[0].bias", "1"],
  [{ network: { ...network, input: [0] } }, "network.input[0]", "0"],
  [{ parameters: 1 }, "parameters", "1"],
  [{ data: { name: "digit" } }, "data.name", "digit"],
  [{ data: { name: "digits", example: 4 } }, "data.example", "4"],
  [{ data: { name: "digits", examples: 0 } }, "data.examples", "0"],
  [{ data: { name: "fashion-mnist", split: "all" } }, "data.split", "all"],
  [{ data: { name: "cifar10", pairing: 1 } }, "data.pairing", "1"],
  [{ data: { name: "multi-mnist", digits: "f" } }, "data.digits", "f"],
  [{ data: { name: "eurosat", seed: -1 } }, "data.seed", "-1"],
  [{ data: { name: "cifar100" } }, "data.name", '"cifar10" | "svhn"'],
  [{ data: {} }, "data.images", "Missing"],
  [{ data: { ...explicit, images: "f.bin" } }, "data.images", "f.bin"],
  [{ data: { ...explicit, label: "x" } }, "data.label", "x"],
  [{ data: { ...explicit, scale: 0 } }, "data.scale", "0"],
  [{ data: { ...explicit, mean: 0.5 } }, "data.mean", "0.5"],
  [{ data: { ...explicit, deviation: [-1] } }, "data.deviation[0]", "-1"],
  [{ batches: "f.safetensors" }, "batches", "f.safetensors"],
  [{ batchSize: 0 }, "batchSize", "0"],
  [{ batchSize: "32" }, "batchSize", "32"],
  [{ epochs: -1 }, "epochs", "-1"],
  [{ epochs: 1.5 }, "epochs", "1.5"],
  [{ seed: 0.5 }, "seed", "0.5"],
  [{ objective: "cross-entropy" }, "objective", "cross-entropy"],
  [{ objective: { kind: "regularized", loss: "cross-entropy" } }, "objective.regularizers", "Missing"],
  [
    { objective: { kind: "regularized", loss: "cross-entropy", regularizers: [] } },
    "objective.regularizers[0]",
    "Missing"
  ],
  [
    { objective: { kind: "regularized", loss: "cross-entropy", regularizers: [{ kind: "l1" }] } },
    "objective.regularizers[0]",
    "l1"
  ],
  [{ aggregator: "upgra" }, "aggregator", "upgra"],
  [{ aggregator: { name: "upgra" } }, "aggregator.name", "upgra"],
  [{ aggregator: {} }, "aggregator.name", "Missing"],
  [{ optimizer: { name: "adadelta", learningRate: 1 } }, "optimizer", "adadelta"],
  [{ optimizer: {} }, "optimizer", "{}"],
  [{ optimizer: { name: "sgd" } }, "optimizer.learningRate", "Missing"],
  [{ optimizer: { name: "sgd", learningRate: -0.1 } }, "optimizer.learningRate", "-0.1"],
  [{ optimizer: { name: "sgd", learningRate: 0.1, lr: 1 } }, "optimizer.lr", "1"],
  [{ optimizer: { name: "sgd", learningRate: 0.1, momentum: 1 } }, "optimizer.momentum", "1"],
  [{ optimizer: { name: "sgd", learningRate: "fast" } }, "optimizer.learningRate", "fast"],
  [{ optimizer: { name: "sgd", learningRate: { kind: "linear" } } }, "optimizer.learningRate", "linear"],
  [
    { optimizer: { name: "sgd", learningRate: { kind: "step", initial: 1, every: 0 } } },
    "optimizer.learningRate.every",
    "0"
  ],
  [{ optimizer: { name: "adam", betas: [0.9, 1] } }, "optimizer.betas[1]", "1"],
  [{ optimizer: { name: "adam", momentum: 0.9 } }, "optimizer.momentum", "0.9"],
  [{ optimizer: { name: "adamw", epsilon: 0 } }, "optimizer.epsilon", "0"],
  [{ optimizer: { name: "rmsprop", alpha: 1 } }, "optimizer.alpha", "1"],
  [{ optimizer: { name: "adagrad", learningRateDecay: -1 } }, "optimizer.learningRateDecay", "-1"],
  [{ engine: "gpu" }, "engine", "gpu"]
]

describe("refused, naming key and value", () => {
  for (const [change, key, value] of refused) {
    test(JSON.stringify(change), async () => {
      const error = await Effect.runPromise(Effect.flip(parseTrainConfig({ ...good, ...change }, "run.json")))
      expect(error.key).toBe(key)
      expect(error.message).toStartWith(`run.json: ${key}: `)
      expect(error.problem).toContain(value)
      expect(error.message).not.toContain("\n")
    })
  }

  for (const key of ["network", "data", "aggregator", "optimizer"]) {
    test(`${key} missing`, async () => {
      const { [key]: _, ...rest } = Object.fromEntries(Object.entries(good))
      const error = await Effect.runPromise(Effect.flip(parseTrainConfig(rest)))
      expect(error.message).toBe(`configuration: ${key}: Missing key`)
    })
  }

  for (const text of ["", "{", "[1,]", "nonsense"]) {
    test(`text ${JSON.stringify(text)}`, async () => {
      const error = await Effect.runPromise(Effect.flip(parseTrainConfigText(text, "run.json")))
      expect(error.message).toStartWith("run.json: this is not JSON")
    })
  }

  for (const value of [null, [], 3, "x"]) {
    test(`the value ${JSON.stringify(value)}`, async () => {
      const error = await Effect.runPromise(Effect.flip(parseTrainConfig(value)))
      expect(error.message).toStartWith("configuration: Expected object")
    })
  }
})

test("the JSON Schema names every key and closes the objects", () => {
  const schema = JSON.stringify(trainConfigJsonSchema())
  for (const key of [...Object.keys(good), "batches"]) expect(schema).toContain(`"${key}"`)
  expect(JSON.parse(schema)).toMatchObject({
    type: "object",
    additionalProperties: false,
    required: ["network", "data", "aggregator", "optimizer"]
  })
})
