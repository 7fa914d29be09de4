/**
 * Who is compared: the peers that a run starts, and what each of them can be asked to step.
 *
 * @module
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Peer, type PeerDescription } from "./peer.ts"

/** The libraries, ours first: the order of tables and legends. */
export const libraries = ["Dualcone", "PyTorch", "TorchJD", "jax-js", "tfjs"] as const

/** One of {@link libraries}. */
export type Library = (typeof libraries)[number]

/** One way to make a step, beside ours. */
export interface Contender {
  /** Ours in another runtime too. */
  readonly library: Library
  /** What stands in tables behind the library: `autogram + UPGrad`. */
  readonly step: string
  readonly threads: number
  /** As the peer knows it. */
  readonly method: string
}

/** `1 thread`, `2 threads`. */
export function counted(threads: number): string {
  return `${threads} thread${threads === 1 ? "" : "s"}`
}

/** `TorchJD autogram, 2 threads`. */
export function nameOf({ library, step, threads }: Contender): string {
  return `${library} ${step}, ${counted(threads)}`
}

/** A running peer and what it can step. */
export interface StartedPeer {
  readonly peer: Peer
  readonly description: PeerDescription
  readonly contenders: readonly Contender[]
}

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** PyTorch and TorchJD in this Python, which needs torch, torchjd, quadprog and qpsolvers. Ends with `running`. */
export async function startPython(python: string, running: DisposableStack): Promise<StartedPeer> {
  const peer = running.use(new Peer(`in ${python}`, python, [path("./peers/torchjd_peer.py")]))
  const description = await peer.describe()
  const { threads: all } = description
  const counts = all === 1 ? [1] : [all, 1]
  const contenders: readonly Contender[] = [
    ...counts.map((threads) => ({ library: "PyTorch", step: "SGD", threads, method: "sgd" }) as const),
    ...counts.map((threads) => ({ library: "TorchJD", step: "autogram", threads, method: "upgrad" }) as const),
    { library: "TorchJD", step: "autojac", threads: all, method: "autojac" }
  ]
  return { peer, description, contenders }
}

/** jax-js and tfjs, installed first in `peers/javascript`. They end with `running`. */
export async function startJavaScript(running: DisposableStack): Promise<readonly StartedPeer[]> {
  installJavaScript()
  const start = async (name: string) => {
    const peer = running.use(new Peer(name, bun, [path(`./peers/javascript/${name}.ts`)]))
    return { peer, description: await peer.describe() }
  }
  const jax = await start("jax")
  const tfjs = await start("tfjs")
  const { threads } = jax.description
  return [
    {
      ...jax,
      contenders: [
        { library: "jax-js", step: "vmap(grad)", threads, method: "vmap-grad" },
        { library: "jax-js", step: "grad", threads, method: "grad" }
      ]
    },
    { ...tfjs, contenders: [{ library: "tfjs", step: "SGD, CPU", threads: tfjs.description.threads, method: "sgd" }] }
  ]
}

/** Dualcone in Deno, on as many threads as it takes there. It ends with `running`. */
export async function startDeno(running: DisposableStack): Promise<StartedPeer> {
  const args = ["run", "--allow-all", "--quiet", path("./peers/dualcone.ts")]
  const peer = running.use(new Peer("in Deno", path("../node_modules/.bin/deno"), args))
  const description = await peer.describe()
  const { threads } = description
  return { peer, description, contenders: [{ library: "Dualcone", step: "UPGrad in Deno", threads, method: "upgrad" }] }
}

const bun = process.versions.bun === undefined ? "bun" : process.execPath

/** Installs the locked packages of `peers/javascript` there; they belong neither to the workspace nor to its lock. */
function installJavaScript(): void {
  const cwd = path("./peers/javascript")
  const { status, stderr } = spawnSync(bun, ["install", "--frozen-lockfile", "--silent"], { cwd, encoding: "utf8" })
  if (status !== 0) throw new Error(`the JavaScript peers could not be installed: ${stderr.trim()}`)
}
