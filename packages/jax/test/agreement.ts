/**
 * The gradients of jax-js and those of the CPU engine beside each other: prints, as JSON, how far losses and UPGrad's
 * direction are apart. Runs in Bun and in Deno.
 */
import process from "node:process"
import { aggregate, upgrad } from "@dualcone/aggregation"
import type { Losses } from "@dualcone/jax"
import { loadWasm } from "@dualcone/wasm"
import { defaultDevice, init, type Array as JaxArray, tree } from "@jax-js/jax"
import { distance } from "../../network/test/golden.ts"
import { perceptronBatch, svhnBatch, type UpgradOfBatch } from "../../network/test/upgrad-of-batch.ts"
import { arraysOf, type Batch, byExample, byVector, type Parameters, perceptron, svhn } from "./models.ts"

await init("wasm")
defaultDevice("wasm")
const wasm = await loadWasm()

async function compare(engine: UpgradOfBatch, losses: Losses<Parameters, Batch>) {
  const { parameters, batch } = arraysOf(engine)
  const linearization = await losses.linearize(tree.ref(parameters), ...tree.ref(batch))
  const { direction } = aggregate(wasm, upgrad(), linearization)
  const references = tree.leaves<JaxArray>([parameters, batch]).map((array) => array.refCount)
  tree.dispose([parameters, batch])
  losses[Symbol.dispose]()
  return {
    losses: distance(linearization.values, engine.losses),
    direction: distance(direction, engine.direction),
    references: Math.max(...references)
  }
}

const [svhnEngine, perceptronEngine] = [await svhnBatch(), await perceptronBatch()]
console.log(
  JSON.stringify({
    "SVHN by example": await compare(svhnEngine, byExample(svhn)),
    "SVHN as a vector": await compare(svhnEngine, byVector(svhn)),
    "perceptron by example": await compare(perceptronEngine, byExample(perceptron)),
    "perceptron as a vector": await compare(perceptronEngine, byVector(perceptron))
  })
)
process.exit() // the workers of jax-js keep Bun and Deno running
