/**
 * Engines by name.
 *
 * @module
 */
import type * as Layer from "effect/Layer"
import { CpuEngine } from "./cpu-engine.ts"
import type { Engine } from "./engine.ts"
import type { EngineError } from "./errors.ts"
import { AutoEngine, WebGpuEngine } from "./webgpu-engine.ts"

/** `auto` takes the fastest engine that works here. */
export const engineNames = ["cpu", "webgpu", "auto"] as const

/** The name of an engine, or `auto`. */
export type EngineName = (typeof engineNames)[number]

/** The layer of an engine; fails when it is not available. */
export function engineLayer(name: EngineName): Layer.Layer<Engine, EngineError> {
  switch (name) {
    case "cpu":
      return CpuEngine.layer
    case "webgpu":
      return WebGpuEngine.layer
    case "auto":
      return AutoEngine.layer
  }
}
