/** Networks that are no chain: engine choice, rows and columns of the Jacobian, names, what is refused. */
import { describe, expect, test } from "bun:test"
import type { Direction } from "@dualcone/aggregation"
import { InputError, loadWasm } from "@dualcone/wasm"
import {
  type CpuEngineOptions,
  makeCpuEngine,
  type NetworkDescription,
  type NetworkEngine,
  networks,
  parseDescription
} from "../src/index.ts"

const wasm = await loadWasm()

/** Two tasks on one trunk. */
const tasks: NetworkDescription = {
  name: "tasks",
  input: [4],
  layers: [{ kind: "linear", outputs: 5 }, { kind: "tanh" }],
  heads: {
    left: { layers: [{ kind: "linear", outputs: 3 }] },
    right: { layers: [{ kind: "linear", outputs: 2, bias: false }] }
  }
}

/** Tokens in, the next token out, by the table that they were read with. */
const tokens: NetworkDescription = {
  name: "tokens",
  input: [3],
  layers: [
    { kind: "embedding", entries: 5, width: 3 },
    { kind: "recurrent", hidden: 3 },
    { kind: "sum", branches: [[], [{ kind: "linear", outputs: 3 }, { kind: "relu" }]] },
    { kind: "linear", outputs: 5, tie: "0" }
  ]
}

const objective = { left: "cross-entropy", right: "squared-error" } as const

function filled(options: Omit<CpuEngineOptions, "batchSize">, batchSize = 3): NetworkEngine {
  const engine = makeCpuEngine(wasm, { ...options, batchSize })
  engine.initialise(4)
  engine.inputs.forEach((_, k, all) => {
    all[k] = options.network === tokens ? (k * k + 1) % 5 : ((k * 7919) % 2000) / 1000 - 1
  })
  engine.labels.forEach((_, k, all) => {
    all[k] = k % 2
  })
  engine.targets.fill(0.25)
  return engine
}

const refusal = (call: () => unknown): InputError => {
  try {
    call()
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error("nothing was refused")
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>, from = 0, to = a.length) => {
  let sum = 0
  for (let k = from; k < to; k++) sum += (a[k] ?? 0) * (b[k] ?? 0)
  return sum
}

/** Row by row. */
function rowsOf(jacobian: Direction, count: number): readonly Direction[] {
  const length = jacobian.length / count
  return Array.from({ length: count }, (_, row) => jacobian.subarray(row * length, (row + 1) * length))
}

describe("the engine", () => {
  const kernel = (options: Omit<CpuEngineOptions, "batchSize">) => {
    using engine = makeCpuEngine(wasm, { ...options, batchSize: 2 })
    return engine.plan.layers[0]?.kernel
  }

  test("of chains whose rows are examples has the fast kernels", () => {
    const network = networks.svhn
    const fast = kernel({ network })
    expect(fast).not.toContain("plain")
    expect(kernel({ network, rows: "examples-losses" })).toBe(fast)
    expect(kernel({ network, objective: "squared-error", outside: "plain" })).toBe(fast)
  })

  test("of all else has the plain ones", () => {
    const network = networks.svhn
    expect(kernel({ network, rows: "losses" })).toBe("plain conv2d")
    expect(kernel({ network, jacobianOf: ["0"] })).toBe("plain conv2d")
    expect(kernel({ network: tasks })).toBe("plain linear")
    expect(kernel({ network: { ...tasks, heads: { only: { layers: [] } } } })).toBe("plain linear")
  })

  test("gives one network the same answers both ways", () => {
    const network = networks.svhn
    using chain = filled({ network })
    using graph = filled({ network, jacobianOf: ["0", "2", "5", "9", "11"] })
    expect(graph.plan.layers[0]?.kernel).toBe("plain conv2d")
    expect(graph.save()).toEqual(chain.save())
    const [a, b] = [chain.linearize(), graph.linearize()]
    a.values.forEach((value, row) => {
      expect(b.values[row]).toBeCloseTo(value, 6)
    })
    const [left, right] = [a.gramian().values, b.gramian().values]
    left.forEach((value, k) => {
      expect(Math.abs((right[k] ?? 0) - value)).toBeLessThan(1e-5 * (left[0] ?? 0))
    })
  })
})

describe("names and shapes", () => {
  test("of a network with heads", () => {
    using engine = filled({ network: tasks, objective })
    expect([...engine.save().keys()]).toEqual([
      "trunk.0.weight",
      "trunk.0.bias",
      "heads.left.0.weight",
      "heads.left.0.bias",
      "heads.right.0.weight"
    ])
    expect(engine.plan.heads).toEqual([
      { name: "left", output: [3], objective: "cross-entropy", losses: 1 },
      { name: "right", output: [2], objective: "squared-error", losses: 1 }
    ])
    expect([engine.labels.length, engine.targets.length, engine.outputs().length]).toEqual([6, 6, 15])
  })

  test("of a network with a sum, a recurrent layer and a tie", () => {
    using engine = filled({ network: tokens })
    expect([...engine.save()].map(([name, tensor]) => [name, tensor.length])).toEqual([
      ["0.weight", 15],
      ["1.weight_ih_l0", 9],
      ["1.weight_hh_l0", 9],
      ["1.bias_ih_l0", 3],
      ["1.bias_hh_l0", 3],
      ["2.branches.1.0.weight", 9],
      ["2.branches.1.0.bias", 3],
      ["3.bias", 5]
    ])
    expect(engine.plan.layers.map((layer) => layer.name)).toEqual([
      "0",
      "1",
      "2.branches.1.0",
      "2.branches.1.1",
      "2",
      "3"
    ])
    expect([engine.lossesPerExample, engine.labels.length, engine.plan.outputSize]).toEqual([3, 9, 15])
  })

  test("what is saved can be loaded, and vectors go to named tensors and back", () => {
    for (const network of [tasks, tokens]) {
      using engine = filled({ network, jacobianOf: [network === tasks ? "heads" : "2"] })
      const saved = engine.save()
      const parameters = engine.parameters.slice()
      engine.initialise(9)
      expect(engine.save()).not.toEqual(saved)
      engine.load(saved)
      expect(engine.parameters).toEqual(parameters)
      const back = new Float32Array(parameters.length)
      engine.import(engine.export(parameters), back)
      expect(back).toEqual(parameters)
      saved.delete("3.bias")
      saved.delete("trunk.0.bias")
      expect(refusal(() => engine.load(saved)).rule).toBe("every parameter must be given")
    }
  })

  test("the groups of the columns are the layers, in chains too", () => {
    using engine = filled({ network: tasks, jacobianOf: ["heads.right", "trunk"] })
    expect(engine.columnGroups).toEqual([
      { layer: "trunk.0", start: 0, end: 25 },
      { layer: "heads.right.0", start: 25, end: 35 },
      { layer: "heads.left.0", start: 36, end: 54 }
    ])
    expect([engine.jacobianColumns, engine.parameters.length]).toEqual([36, 56])
    using chain = filled({ network: networks.svhn })
    const named = chain.export(Float32Array.from(chain.parameters, (_, k) => k))
    for (const { layer, start, end } of chain.columnGroups) {
      const places = [...(named.get(`${layer}.weight`) ?? []), ...(named.get(`${layer}.bias`) ?? [])]
      expect(Math.min(...places)).toBeGreaterThanOrEqual(start)
      expect(Math.max(...places)).toBeLessThan(end)
    }
    expect(chain.columnGroups.map((group) => group.layer).toSorted()).toEqual(["0", "11", "2", "5", "9"].toSorted())
  })
})

describe("the Jacobian", () => {
  const cases: readonly (readonly [string, Omit<CpuEngineOptions, "batchSize">, number])[] = [
    ["of a chain", { network: networks.svhn }, 3],
    ["of examples", { network: tasks, objective }, 3],
    ["of losses", { network: tasks, objective, rows: "losses" }, 2],
    ["of losses of examples", { network: tasks, objective, rows: "examples-losses" }, 6],
    ["of steps", { network: tokens, rows: "losses" }, 3],
    ["of steps of examples", { network: tokens, rows: "examples-losses" }, 9],
    ["of a part", { network: tasks, objective, rows: "examples-losses", jacobianOf: ["trunk"] }, 6]
  ]
  test.each(cases)("%s has the Gramian and the pullback for its products", (_, options, count) => {
    using engine = filled(options)
    expect(engine.rows(3)).toBe(count)
    const linearization = engine.linearize()
    expect([linearization.objectives, linearization.values.length]).toEqual([count, count])
    expect(linearization.parameters).toBe(engine.plan.parameterCount)
    const jacobian = linearization.jacobian()
    expect(jacobian.length).toBe(count * engine.parameters.length)
    const rows = rowsOf(jacobian, count)
    const { values } = linearization.gramian()
    rows.forEach((a, i) => {
      rows.forEach((b, j) => {
        expect(values[i * count + j]).toBeCloseTo(dot(a, b, 0, engine.jacobianColumns), 4)
      })
    })
    const weights = Float64Array.from({ length: count }, (_, row) => (row + 1) / 4)
    const combined = Float32Array.from(engine.parameters, (_, k) =>
      dot(
        weights,
        rows.map((row) => row[k] ?? 0)
      )
    )
    const near = (direction: Float32Array) => {
      direction.forEach((value, k) => {
        expect(Math.abs(value - (combined[k] ?? 0))).toBeLessThan(1e-5)
      })
    }
    near(linearization.pullback(weights))
    near(engine.gradient(weights).direction)
  })

  test("outside of its columns leaves the plain gradient where that is asked for", () => {
    const options = { network: tasks, objective, rows: "losses", jacobianOf: ["trunk"] } as const
    using plain = filled({ ...options, outside: "plain" })
    using weighted = filled({ ...options, outside: "weighted" })
    const weights = Float64Array.of(0.5, 0.25)
    const [a, b] = [plain, weighted].map((engine) => engine.export(engine.linearize().pullback(weights)))
    expect(a?.get("trunk.0.weight")).toEqual(b?.get("trunk.0.weight") ?? new Float32Array())
    expect(a?.get("heads.left.0.bias")).toEqual((b?.get("heads.left.0.bias") ?? new Float32Array()).map((x) => x * 2))
    expect(a?.get("heads.right.0.weight")).toEqual(
      (b?.get("heads.right.0.weight") ?? new Float32Array()).map((x) => x * 4)
    )
  })

  test("steps allocate nothing", () => {
    using engine = filled({ network: tokens, rows: "examples-losses" })
    const weights = new Float64Array(9).fill(0.1)
    const before = wasm.memory.buffer.byteLength
    for (let step = 0; step < 200; step++) {
      const linearization = engine.linearize({ training: { step } })
      linearization.gramian()
      linearization.pullback(weights)
    }
    expect(wasm.memory.buffer.byteLength).toBe(before)
  })
})

describe("descriptions that are refused", () => {
  const one = (layer: unknown) => ({ input: [4], layers: [layer] })
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["an embedding without width", one({ kind: "embedding", entries: 3 }), "layers[0].width is missing"],
    ["a recurrent layer of a fraction", one({ kind: "recurrent", hidden: 1.5 }), "layers[0].hidden is 1.5"],
    ["a tie to a number", one({ kind: "linear", outputs: 2, tie: 0 }), "layers[0].tie is 0"],
    ["a tie of a layer without parameters", one({ kind: "tanh", tie: "0" }), "layers[0].tie"],
    ["a sum without branches", one({ kind: "sum" }), "layers[0].branches is missing"],
    ["a sum of no branches", one({ kind: "sum", branches: [] }), "at least one"],
    ["a branch that is no list", one({ kind: "sum", branches: [{ kind: "elu" }] }), "layers[0].branches[0] is"],
    [
      "batch normalisation in a branch",
      one({ kind: "sum", branches: [[], [{ kind: "batch-norm1d" }]] }),
      'network.layers[0].branches[1][0].kind is "batch-norm1d"'
    ],
    [
      "batch normalisation in a head",
      { input: [4], layers: [], heads: { a: { layers: [{ kind: "batch-norm1d" }] } } },
      "network.heads.a.layers[0].kind"
    ],
    ["no heads", { input: [4], layers: [], heads: {} }, "at least one"],
    ["a head with a dot", { input: [4], layers: [], heads: { "a.b": { layers: [] } } }, "letters, digits"],
    ["a head that is a list", { input: [4], layers: [], heads: { a: [] } }, "network.heads.a is"],
    ["an input of four axes", { input: [1, 2, 3, 4], layers: [] }, "[steps, features]"]
  ]
  test.each(cases)("%s", (_, description, message) => {
    expect(refusal(() => parseDescription(description)).message).toContain(message)
  })

  test("others come out as they went in", () => {
    for (const network of [tasks, tokens])
      expect(parseDescription(JSON.parse(JSON.stringify(network)))).toEqual(network)
  })
})

describe("engines that are refused", () => {
  const cases: readonly (readonly [string, Omit<CpuEngineOptions, "batchSize">, string])[] = [
    ["a path of no column", { network: tasks, jacobianOf: ["trunk.1"] }, "a path of jacobianOf is"],
    ["no path", { network: tasks, jacobianOf: [] }, "at least one path"],
    ["a head without objective", { network: tasks, objective: { left: "cross-entropy" } }, "the head right is missing"],
    ["an objective without head", { network: tasks, objective: { ...objective, up: "cross-entropy" } }, 'is "up"'],
    ["objectives without heads", { network: tokens, objective }, "the network has no heads"],
    [
      "a tie to a layer of another shape",
      {
        network: {
          ...tasks,
          layers: [
            { kind: "linear", outputs: 5 },
            { kind: "linear", outputs: 5, tie: "trunk.0" }
          ]
        }
      },
      "tied to trunk.0.weight"
    ],
    [
      "branches of different shapes",
      {
        network: { name: "n", input: [4], layers: [{ kind: "sum", branches: [[], [{ kind: "linear", outputs: 2 }]] }] }
      },
      "layers[0].branches[1]"
    ],
    [
      "an image as output",
      { network: { name: "n", input: [1, 4, 4], layers: [{ kind: "layer-norm" }] } },
      "must be flat"
    ]
  ]
  test.each(cases)("%s", (_, options, message) => {
    expect(refusal(() => makeCpuEngine(wasm, { ...options, batchSize: 2 })).message).toContain(message)
  })

  test("sums deeper than WebAssembly's stack", () => {
    let layers: NetworkDescription["layers"] = [{ kind: "linear", outputs: 4 }]
    for (let depth = 0; depth < 17; depth++) layers = [{ kind: "sum", branches: [layers] }]
    expect(refusal(() => makeCpuEngine(wasm, { network: { name: "n", input: [4], layers }, batchSize: 1 })).rule).toBe(
      "sums may be 16 deep"
    )
  })

  test("tokens and labels out of range, and weights of another number than rows", () => {
    using engine = filled({ network: tokens, rows: "losses" })
    engine.inputs[4] = 5
    expect(refusal(() => engine.linearize()).message).toBe(
      "token 1 of example 1 is 5; it must be an integer from 0 to 4"
    )
    engine.inputs[4] = 0
    engine.labels[5] = 5
    expect(refusal(() => engine.linearize()).message).toContain("label 2 of example 1 is 5")
    engine.labels[5] = 0
    expect(refusal(() => engine.linearize().pullback(new Float64Array(9))).message).toContain(
      "a row of the Jacobian, 3"
    )
    expect(refusal(() => engine.gradient(new Float64Array(3), { examples: 4 })).message).toContain("the batch size, 3")
    const linearization = engine.linearize()
    engine.load(engine.save())
    expect(refusal(() => linearization.gramian()).rule).toBe("linearize a batch first")
  })
})
