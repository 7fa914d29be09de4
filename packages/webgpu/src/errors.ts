/**
 * The error of everything that can go wrong between a program and its GPU.
 *
 * @module
 */

/**
 * - `no-adapter`: no WebGPU here, or no GPU behind it; the message says what to install.
 * - `canary`: the GPU computed a wrong number.
 * - `lost`: the device went away. Ask for another, and load the parameters again.
 * - `shader`: a kernel was refused by the driver or the browser.
 * - `out-of-memory`: the buffers do not fit.
 * - `unsupported-network`: a layer without kernels; take the engine on the CPU.
 * - `unsupported-method`: an aggregator or an option of it without kernels; take the engine on the CPU.
 */
export type WebGpuErrorKind =
  | "no-adapter"
  | "canary"
  | "lost"
  | "shader"
  | "out-of-memory"
  | "unsupported-network"
  | "unsupported-method"

/** What happened, as a {@link WebGpuErrorKind} and a sentence. */
export class WebGpuError extends Error {
  readonly _tag = "WebGpuError"
  readonly kind: WebGpuErrorKind

  constructor(kind: WebGpuErrorKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = "WebGpuError"
    this.kind = kind
  }
}
