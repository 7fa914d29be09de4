/**
 * `dualcone doctor`: what this machine and runtime offer, and what is missing.
 *
 * @module
 */
import { aggregate, linearizeJacobian, upgrad } from "@dualcone/aggregation"
import { DIGITS, digits } from "@dualcone/datasets"
import { loadWasm, threadless } from "@dualcone/wasm"
import { isSoftware, requestDevice } from "@dualcone/webgpu"
import { Command } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { version } from "../version.ts"
import { printIndentedJson } from "./output.ts"
import { threadsCanary } from "./threads-canary.ts"

/** `(module (func (result v128) i32.const 0 i8x16.splat))`: valid only where WebAssembly has SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03],
  ...[0x02, 0x01, 0x00, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b]
)

const FASHION_MNIST = "/usr/share/datasets/fashion-mnist"

interface Missing {
  readonly what: string
  readonly why: string
  readonly how: string
}

function runtime(): { readonly name: string; readonly version: string } {
  const { versions } = process
  if (versions.bun !== undefined) return { name: "Bun", version: versions.bun }
  if (versions.deno !== undefined) return { name: "Deno", version: versions.deno }
  return { name: "Node", version: versions.node }
}

/** UPGrad of the two gradients (-4, 1, 1) and (6, 1, 1) without ridge, beside its closed form (10/34.2, 65/34.2, 65/34.2). */
const solverCanary = Effect.tryPromise(async () => {
  const wasm = await loadWasm()
  const jacobian = linearizeJacobian([
    [-4, 1, 1],
    [6, 1, 1]
  ])
  const { direction, certificate } = aggregate(wasm, upgrad({ ridge: { kind: "none" } }), jacobian)
  const expected = [10 / 34.2, 65 / 34.2, 65 / 34.2]
  const error = Math.max(...expected.map((value, i) => Math.abs(value - (direction[i] ?? Number.NaN))))
  return { works: error < 1e-9, error, certificate: certificate?.status ?? null }
}).pipe(Effect.catch((error) => Effect.succeed({ works: false, reason: String(error.cause) })))

/** The adapter, its features and limits, and whether it computes. */
const webgpu = Effect.promise(() => requestDevice()).pipe(
  Effect.map((result) => {
    if (!result.found) {
      const { kind, message } = result.error
      return { adapter: result.adapter, canary: { works: false, reason: message }, engine: false, missing: kind }
    }
    const { adapter } = result.gpu
    result.gpu[Symbol.dispose]()
    const software = isSoftware(adapter)
    return { adapter, canary: { works: true, reason: null }, engine: true, software }
  })
)

const digitsThere = Effect.tryPromise(() => digits({ examples: 1 })).pipe(
  Effect.match({
    onSuccess: () => ({ there: true, reason: null }),
    onFailure: (error) => ({ there: false, reason: String(error.cause) })
  })
)

/** The command. */
export const doctorCommand = Command.make(
  "doctor",
  {},
  Effect.fnUntraced(function* () {
    const files = yield* FileSystem
    const missing: Missing[] = []
    const solver = yield* solverCanary
    if (!solver.works) {
      const how = "reinstall @dualcone/wasm, or rebuild it with bun run build:wasm"
      missing.push({ what: "the WebAssembly module", why: "every solver and the CPU engine", how })
    }
    const simd = WebAssembly.validate(SIMD_MODULE)
    if (!simd) missing.push({ what: "WebAssembly SIMD", why: "the CPU engine", how: "use a newer runtime" })
    const embedded = yield* digitsThere
    if (!embedded.there) {
      const how = "reinstall @dualcone/datasets"
      missing.push({ what: "the embedded digits", why: "dualcone demo", how })
    }
    const fashion = yield* files.exists(FASHION_MNIST).pipe(Effect.orElseSucceed(() => false))
    if (!fashion) {
      const how = `apt-get install dataset-fashion-mnist, or put the four official files in ${FASHION_MNIST}`
      missing.push({ what: "Fashion-MNIST", why: 'optional: data {"name": "fashion-mnist"}', how })
    }
    const gpu = yield* webgpu
    if (!gpu.engine) {
      const how = gpu.canary.reason ?? "update the graphics driver"
      missing.push({ what: "WebGPU", why: "optional: the engine webgpu", how })
    }
    yield* printIndentedJson({
      dualcone: version,
      runtime: runtime(),
      platform: { os: process.platform, architecture: process.arch, cores: navigator.hardwareConcurrency },
      wasm: { simd, threads: threadless() === null, solver },
      threads: yield* threadsCanary,
      webgpu: gpu,
      engines: gpu.engine ? ["cpu", "webgpu"] : ["cpu"],
      data: { digits: embedded.there ? DIGITS : 0, fashionMnist: fashion },
      missing
    })
  })
).pipe(
  Command.withDescription("What this machine and runtime offer, what is missing and how to get it, as JSON."),
  Command.withShortDescription("check this machine")
)
