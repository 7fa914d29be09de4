// A layer used twice has one gradient, the sum over its two places, g = g₁ + g₂. So its Gramian is more than the sum of
// the Gramians of the places: the cross terms g₁ g₂ᵀ + g₂ g₁ᵀ belong to it too, and the engine counts them.
import { generator, loadWasm, makeCpuEngine, type NetworkDescription } from "dualcone"

const network = (tied: boolean): NetworkDescription => ({
  name: "twice",
  input: [6],
  layers: [
    { kind: "linear", outputs: 6, bias: false },
    { kind: "tanh" },
    { kind: "linear", outputs: 6, bias: false, ...(tied ? { tie: "0" } : {}) }
  ]
})

const wasm = await loadWasm()
const { below } = generator(1)
const uniform = (length: number) => Float32Array.from({ length }, () => below(2001) / 1000 - 1)
const [weight, inputs, targets] = [uniform(36), uniform(12), uniform(12)]

/** The losses of two examples, linearized at the same weights. */
function linearize(tied: boolean) {
  const engine = makeCpuEngine(wasm, { network: network(tied), batchSize: 2, objective: "squared-error" })
  engine.load(new Map([["0.weight", weight], ...(tied ? [] : [["2.weight", weight] as const])]))
  engine.inputs.set(inputs)
  engine.targets.set(targets)
  return engine.linearize()
}

// Untied, the two halves of a row of the Jacobian are the gradients of the two places.
const rows = Float64Array.from(linearize(false).jacobian())
const half = rows.length / 4
const place = (example: number, which: number) => rows.subarray((2 * example + which) * half).subarray(0, half)
const product = (i: number, a: number, j: number, b: number) =>
  place(i, a).reduce((sum, entry, k) => sum + entry * (place(j, b)[k] ?? 0), 0)
const pairs = [0, 1].flatMap((i) => [0, 1].map((j) => [i, j] as const))
const round = (values: Iterable<number>) => Array.from(values, (value) => value.toFixed(3)).join(", ")

console.log(`Gramian of the tied layer: ${round(linearize(true).gramian().values)}`)
console.log(`sum of its two places:     ${round(pairs.map(([i, j]) => product(i, 0, j, 0) + product(i, 1, j, 1)))}`)
console.log(`cross terms:               ${round(pairs.map(([i, j]) => product(i, 0, j, 1) + product(i, 1, j, 0)))}`)
