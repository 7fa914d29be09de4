/**
 * Whether WebAssembly has what the module needs, and whether the module computes.
 *
 * @module
 */
import { aggregate, type Certificate, linearizeJacobian, upgrad } from "@dualcone/aggregation"
import { loadWasm } from "@dualcone/wasm"

/** `(module (func (result v128) i32.const 0 i8x16.splat))`: valid only where WebAssembly has SIMD. */
const SIMD_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, 0x03],
  ...[0x02, 0x01, 0x00, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b]
)

/** How the module solved a program with a known answer. */
export type SolverCanary =
  | { readonly works: boolean; readonly error: number; readonly certificate: Certificate["status"] | null }
  | { readonly works: false; readonly reason: string }

/** WebAssembly here. */
export interface WebAssemblyFacts {
  readonly simd: boolean
  /** Whether memory can be shared with workers. In a page: whether it is cross-origin isolated. */
  readonly threads: boolean
  readonly solver: SolverCanary
}

/** Looks at WebAssembly and loads the module. */
export async function webAssemblyHere(): Promise<WebAssemblyFacts> {
  return {
    simd: WebAssembly.validate(SIMD_MODULE),
    threads: typeof SharedArrayBuffer === "function" && typeof Worker === "function",
    solver: await solverCanary()
  }
}

/** UPGrad of (-4, 1, 1) and (6, 1, 1) without ridge, beside its closed form (10/34.2, 65/34.2, 65/34.2). */
async function solverCanary(): Promise<SolverCanary> {
  try {
    const wasm = await loadWasm()
    const jacobian = linearizeJacobian([
      [-4, 1, 1],
      [6, 1, 1]
    ])
    const { direction, certificate } = aggregate(wasm, upgrad({ ridge: { kind: "none" } }), jacobian)
    const expected = [10 / 34.2, 65 / 34.2, 65 / 34.2]
    const error = Math.max(...expected.map((value, i) => Math.abs(value - (direction[i] ?? Number.NaN))))
    return { works: error < 1e-9, error, certificate: certificate?.status ?? null }
  } catch (cause) {
    return { works: false, reason: cause instanceof Error ? cause.message : String(cause) }
  }
}
