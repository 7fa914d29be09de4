/**
 * Another library in a process of its own that lives as long as the run, so that neither its start nor its imports are
 * timed. One JSON request a line goes in, one JSON answer a line comes out; see `peers/torchjd_peer.py` and
 * `peers/javascript/serve.ts`.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface, type Interface } from "node:readline"
import type { NetworkDescription } from "@dualcone/network"
import { base64, float64 } from "./arrays.ts"

/** What a peer says of itself. */
export interface PeerDescription {
  /** Names and versions. */
  readonly library: string
  /** The number of threads that it uses unless it is told otherwise. */
  readonly threads: number
  /** The CUDA device that it sees, or null. */
  readonly cuda: string | null
}

/** Where a peer computes. */
export type PeerDevice = "cpu" | "cuda"

/** A network as it is handed to a peer. */
export interface HandedNetwork {
  readonly description: NetworkDescription
  readonly parameters: Iterable<readonly [name: string, values: Float32Array, shape: readonly number[]]>
  readonly batches: Iterable<{ readonly inputs: Float32Array; readonly labels: Int32Array }>
  readonly learningRate: number
  readonly device: PeerDevice
}

/** What a peer finds on the first batch. */
export interface FirstBatch {
  readonly losses: Float64Array
  /** Euclidean norm of the gradient of the mean loss. */
  readonly gradientNorm: number
  /** UPGrad's weights, of a peer that has them. */
  readonly weights: Float64Array | null
}

/** How many steps, and on how many threads where the peer can choose. */
export interface AskedSteps {
  readonly method: string
  readonly threads: number
  /** Steps before those that count. */
  readonly skip: number
  readonly steps: number
}

type Answer = Readonly<Record<string, unknown>>

/** A running peer. */
export class Peer implements Disposable {
  readonly #process: ChildProcess
  readonly #lines: Interface
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | null = null
  #ended: Error | null = null

  /** Starts `command` with `args`; `name` stands in messages. */
  constructor(name: string, command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] })
    const end = (reason: string) => {
      this.#ended = new Error(`the peer ${name} ${reason}`)
      this.#waiting?.reject(this.#ended)
      this.#waiting = null
    }
    child.on("error", (error) => end(`did not start: ${error.message}`))
    child.on("exit", (code) => end(`ended with code ${code}`))
    child.stdin.on("error", () => {})
    this.#process = child
    this.#lines = createInterface({ input: child.stdout })
    this.#lines.on("line", (line) => {
      this.#waiting?.resolve(line)
      this.#waiting = null
    })
  }

  /** Versions and threads. */
  async describe(): Promise<PeerDescription> {
    const { library, threads, cuda } = await this.#ask({ do: "describe" })
    return { library: String(library), threads: Number(threads), cuda: typeof cuda === "string" ? cuda : null }
  }

  /** Builds a network; answers with what it finds on the first batch. */
  async network({ description, learningRate, device, ...handed }: HandedNetwork): Promise<FirstBatch> {
    const parameters: Record<string, object> = {}
    for (const [name, values, shape] of handed.parameters) parameters[name] = { values: base64(values), shape }
    const batches = [...handed.batches].map(({ inputs, labels }) => {
      return { inputs: base64(inputs), labels: base64(labels) }
    })
    const answer = await this.#ask({ do: "network", description, parameters, batches, learningRate, device })
    const weights = answer.weights === undefined ? null : float64(answer.weights)
    return { losses: float64(answer.losses), gradientNorm: Number(answer.gradientNorm), weights }
  }

  /** Milliseconds of each step that counts. */
  async steps(asked: AskedSteps): Promise<readonly number[]> {
    return milliseconds(await this.#ask({ do: "steps", ...asked }))
  }

  /** Takes a Gramian for `weights`. */
  async gramian(objectives: number, values: Float64Array): Promise<void> {
    await this.#ask({ do: "gramian", objectives, values: base64(values) })
  }

  /** Milliseconds of each of `calls` calls of UPGrad's weighting, and the weights. */
  async weights(calls: number): Promise<{ readonly ms: readonly number[]; readonly weights: Float64Array }> {
    const answer = await this.#ask({ do: "weights", calls })
    return { ms: milliseconds(answer), weights: float64(answer.weights) }
  }

  /** Ends the process. */
  [Symbol.dispose](): void {
    this.#lines.close()
    this.#process.kill()
  }

  async #ask(request: object): Promise<Answer> {
    const line = await new Promise<string>((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended)
      this.#waiting = { resolve, reject }
      this.#process.stdin?.write(`${JSON.stringify(request)}\n`)
    })
    const answer: unknown = JSON.parse(line)
    if (typeof answer !== "object" || answer === null) throw new Error(`the peer answered ${line}`)
    if ("error" in answer) throw new Error(`the peer failed: ${String(answer.error)}`)
    return Object.fromEntries(Object.entries(answer))
  }
}

function milliseconds(answer: Answer): readonly number[] {
  return Array.isArray(answer.ms) ? answer.ms.map(Number) : []
}
