/**
 * The CPU engine: a network compiled to WebAssembly kernels.
 *
 * @module
 */
import { InputError, threadCount, type Wasm } from "@dualcone/wasm"
import { isChain, makeChainEngine } from "./chain-engine.ts"
import type { EngineOptions, NetworkEngine } from "./engine.ts"
import { makeGraphEngine } from "./graph-engine.ts"
import type { NetworkObjective } from "./plan.ts"

/** What {@link makeCpuEngine} compiles. */
export type CpuEngineOptions = EngineOptions

/**
 * Compiles `network` for batches of up to `batchSize` examples. All memory is planned here; a step allocates
 * nothing in WebAssembly. Parameters are zero until `initialise` or `load`.
 *
 * A chain of layers whose rows are its examples runs on the fast kernels (`plan.layers` names them); heads, sums, ties,
 * losses of every step, and other rows or columns of the Jacobian run on the plain ones.
 *
 * On a module of `loadWasmFor` several threads share a step. Their workers start with the second batch and end when the
 * last engine that wants some is disposed of; until they are up, steps run on the caller's thread alone. So do the steps
 * of rows that are losses: all examples share these, and their sums keep one order.
 *
 * @throws InputError for a network whose shapes do not fit, or an option that breaks a rule.
 */
export function makeCpuEngine(wasm: Wasm, options: CpuEngineOptions): NetworkEngine {
  const { network, batchSize, rows = "examples", jacobianOf, outside = "weighted" } = options
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > 65536) {
    throw new InputError({ rule: "it must be an integer from 1 to 65536", place: "the batch size", value: batchSize })
  }
  if (rows !== "examples" && rows !== "losses" && rows !== "examples-losses") {
    throw new InputError({ rule: "it must be examples, losses or examples-losses", place: "rows", value: rows })
  }
  if (outside !== "weighted" && outside !== "plain") {
    throw new InputError({ rule: "it must be weighted or plain", place: "outside", value: outside })
  }
  if (jacobianOf !== undefined && (jacobianOf.length === 0 || jacobianOf.some((path) => /^\s*$|\n/.test(path)))) {
    const rule = "it must be at least one path of layers or tensors"
    throw new InputError({ rule, place: "jacobianOf", value: jacobianOf })
  }
  const asked = threadCount(options.threads ?? "auto")
  const threads = wasm.workers === null ? 1 : asked === "auto" ? wasm.threads : asked
  const [first, ...others] = objectives(options)
  if (rows !== "losses" && jacobianOf === undefined && isChain(network)) {
    // A chain has one loss an example: that loss and its example are the same row.
    return makeChainEngine(wasm, { ...options, rows: "examples", threads }, first)
  }
  return makeGraphEngine(wasm, { ...options, threads }, [first, ...others])
}

/** One objective a head, in the order of the heads; one in all without heads. */
function objectives(options: CpuEngineOptions): readonly [NetworkObjective, ...NetworkObjective[]] {
  const { network, objective = "cross-entropy" } = options
  const heads = Object.keys(network.heads ?? {})
  if (typeof objective === "string") return [objective, ...heads.slice(1).map(() => objective)]
  const unknown = Object.keys(objective).find((name) => !heads.includes(name))
  if (unknown !== undefined) {
    const rule = heads.length === 0 ? "the network has no heads" : `the network's heads are ${heads.join(", ")}`
    throw new InputError({ rule, place: "the head of an objective", value: unknown })
  }
  const [first, ...others] = heads.map((name) => {
    const own = objective[name]
    if (own !== undefined) return own
    throw new InputError({ rule: "every head must have one", place: `the objective of the head ${name}`, value: own })
  })
  if (first !== undefined) return [first, ...others]
  throw new InputError({ rule: "it must be cross-entropy or squared-error", place: "the objective", value: objective })
}
