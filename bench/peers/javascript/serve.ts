/**
 * The peer's side of the protocol: one JSON request a line on stdin, one JSON answer a line on stdout. Requests, by `do`:
 *
 * - `describe`: name and version of the library and its threads;
 * - `network` with `description`, `parameters`, `batches`, `learningRate`: builds the network and answers with the losses
 *   of the first batch and the norm of the gradient of their mean;
 * - `steps` with `method`, `skip`, `steps`: milliseconds of each step after the skipped ones.
 *
 * @module
 */
import { createInterface } from "node:readline"
import type { NetworkDescription } from "@dualcone/network"
import { base64, float32, int32 } from "../../arrays.ts"

/** A tensor as it is handed over. */
export interface Tensor {
  readonly values: Float32Array<ArrayBuffer>
  readonly shape: number[]
}

/** A batch as it is handed over: `inputs` of [examples, ...shape of one], one label an example. */
export interface Batch {
  readonly inputs: Tensor
  readonly labels: Int32Array
}

/** What a network is built from. */
export interface Handed {
  readonly description: NetworkDescription
  readonly parameters: ReadonlyMap<string, Tensor>
  readonly batches: readonly Batch[]
  readonly learningRate: number
}

/** A network that steps. */
export interface SteppingNetwork {
  /** Losses of the first batch, and the Euclidean norm of the gradient of their mean. */
  first(): Promise<{ readonly losses: Float64Array; readonly gradientNorm: number }>
  /** One step on the next batch, to its end. */
  step(method: string): Promise<void>
  dispose(): void
}

/** What a library answers to `describe`. */
export interface Described {
  readonly library: string
  readonly threads: number
}

/** Answers requests until stdin ends. What a library writes to the console goes to stderr. */
export function serve(described: Described, build: (handed: Handed) => SteppingNetwork): void {
  console.log = console.info = console.debug = console.error
  let network: SteppingNetwork | null = null
  const answer = async (request: Readonly<Record<string, unknown>>): Promise<object> => {
    switch (request.do) {
      case "describe":
        return described
      case "network": {
        network?.dispose()
        network = build(handed(request))
        const { losses, gradientNorm } = await network.first()
        return { losses: base64(losses), gradientNorm }
      }
      case "steps": {
        if (network === null) throw new Error("there is no network yet")
        const ms: number[] = []
        for (let step = -Number(request.skip); step < Number(request.steps); step++) {
          const start = performance.now()
          await network.step(String(request.method))
          if (step >= 0) ms.push(performance.now() - start)
        }
        return { ms }
      }
      default:
        throw new Error(`unknown request ${String(request.do)}`)
    }
  }
  let turn = Promise.resolve()
  createInterface({ input: process.stdin }).on("line", (line) => {
    turn = turn.then(async () => {
      const found = await answer(JSON.parse(line)).catch((error: unknown) => ({ error: String(error) }))
      process.stdout.write(`${JSON.stringify(found)}\n`)
    })
  })
}

/** A request as `bench/peer.ts` writes it. */
interface NetworkRequest {
  readonly description: NetworkDescription
  readonly parameters: Readonly<Record<string, { readonly values: string; readonly shape: readonly number[] }>>
  readonly batches: readonly { readonly inputs: string; readonly labels: string }[]
  readonly learningRate: number
}

function isNetworkRequest(request: object): request is NetworkRequest {
  return "description" in request && "parameters" in request && "batches" in request && "learningRate" in request
}

function handed(request: object): Handed {
  if (!isNetworkRequest(request)) throw new Error("a network needs description, parameters, batches and learningRate")
  const { description, learningRate } = request
  const parameters = new Map<string, Tensor>()
  for (const [name, { values, shape }] of Object.entries(request.parameters)) {
    parameters.set(name, { values: float32(values), shape: [...shape] })
  }
  const batches = request.batches.map((batch) => {
    const labels = int32(batch.labels)
    return { inputs: { values: float32(batch.inputs), shape: [labels.length, ...description.input] }, labels }
  })
  return { description, parameters, batches, learningRate }
}
