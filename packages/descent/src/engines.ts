/**
 * Engines by name.
 *
 * @module
 */
import type { ThreadCount } from "@dualcone/wasm"
import type * as Layer from "effect/Layer"
import { CpuEngine } from "./cpu-engine.ts"
import type { Engine } from "./engine.ts"
import type { EngineError } from "./errors.ts"
import { AutoEngine, WebGpuEngine } from "./webgpu-engine.ts"

/** `auto` takes the fastest engine that works here. */
export const engineNames = ["cpu", "webgpu", "auto"] as const

/** The name of an engine, or `auto`. */
export type EngineName = (typeof engineNames)[number]

/** How an engine runs. */
export interface EngineSettings {
  /** Threads of the engine on the CPU; no bit of a run depends on it. Default `auto`: as many as are of use. */
  readonly threads?: ThreadCount
}

/** The layer of an engine; fails when it is not available. */
export function engineLayer(
  name: EngineName,
  { threads = "auto" }: EngineSettings = {}
): Layer.Layer<Engine, EngineError> {
  switch (name) {
    case "cpu":
      return CpuEngine.on(threads)
    case "webgpu":
      return WebGpuEngine.layer
    case "auto":
      return AutoEngine.on(threads)
  }
}
