/**
 * TorchJD in a Python process that lives as long as the run, so that neither its start nor its imports are timed.
 * One request a line goes in, one answer a line comes out; see `peers/torchjd_peer.py`.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface, type Interface } from "node:readline"
import { fileURLToPath } from "node:url"

/** The peer's versions. */
export interface PeerDescription {
  readonly python: string
  readonly torch: string
  readonly torchjd: string
  readonly quadprog: string
  /** PyTorch's default number of threads. */
  readonly threads: number
  /** The GPU that PyTorch sees, or null. */
  readonly cuda: string | null
}

/** Where the peer computes. */
export type PeerDevice = "cpu" | "cuda"

type Answer = Readonly<Record<string, unknown>>

const SCRIPT = fileURLToPath(new URL("./peers/torchjd_peer.py", import.meta.url))

/** A running peer. */
export class Peer implements Disposable {
  readonly #process: ChildProcess
  readonly #lines: Interface
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | null = null
  #ended: Error | null = null

  /** Starts the peer in this Python, which needs torch, torchjd, quadprog and qpsolvers. */
  constructor(python: string) {
    const child = spawn(python, [SCRIPT], { stdio: ["pipe", "pipe", "inherit"] })
    const end = (reason: string) => {
      this.#ended = new Error(`the peer in ${python} ${reason}`)
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
    const answer = await this.#ask({ do: "describe" })
    const text = (key: string) => String(answer[key])
    return {
      python: text("python"),
      torch: text("torch"),
      torchjd: text("torchjd"),
      quadprog: text("quadprog"),
      threads: Number(answer.threads),
      cuda: typeof answer.cuda === "string" ? answer.cuda : null
    }
  }

  /** Builds a network; answers with what it finds on the first batch. */
  async network(options: {
    readonly description: object
    readonly parameters: Iterable<readonly [name: string, values: Float32Array, shape: readonly number[]]>
    readonly batches: Iterable<{ readonly inputs: Float32Array; readonly labels: Int32Array }>
    readonly learningRate: number
    readonly device: PeerDevice
  }): Promise<{ readonly losses: Float64Array; readonly weights: Float64Array }> {
    const { description, learningRate, device } = options
    const parameters: Record<string, object> = {}
    for (const [name, values, shape] of options.parameters) parameters[name] = { values: base64(values), shape }
    const batches = [...options.batches].map(({ inputs, labels }) => {
      return { inputs: base64(inputs), labels: base64(labels) }
    })
    const answer = await this.#ask({ do: "network", description, parameters, batches, learningRate, device })
    return { losses: float64(answer.losses), weights: float64(answer.weights) }
  }

  /** Milliseconds of each of `steps` steps; the first `skip` after a turn of somebody else are not counted. */
  async steps(method: "sgd" | "upgrad", threads: number, skip: number, steps: number): Promise<readonly number[]> {
    return milliseconds(await this.#ask({ do: "steps", method, threads, skip, steps }))
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

function base64(array: Float32Array | Float64Array | Int32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64")
}

function float64(text: unknown): Float64Array {
  return new Float64Array(Uint8Array.from(Buffer.from(String(text), "base64")).buffer)
}

function milliseconds(answer: Answer): readonly number[] {
  return Array.isArray(answer.ms) ? answer.ms.map(Number) : []
}
