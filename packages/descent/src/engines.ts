/**
 * Engines by name.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CpuEngine } from "./cpu-engine.ts"
import type { Engine } from "./engine.ts"
import { EngineError } from "./errors.ts"

/** `auto` takes the fastest engine that works here. */
export const engineNames = ["cpu", "webgpu", "auto"] as const

/** The name of an engine, or `auto`. */
export type EngineName = (typeof engineNames)[number]

/** What asking for WebGPU fails with in this build. */
export function noWebGpu(): EngineError {
  return new EngineError({ engine: "webgpu", reason: "this build has no WebGPU engine; use cpu or auto" })
}

/** The layer of an engine; fails when it is not available. */
export function engineLayer(name: EngineName): Layer.Layer<Engine, EngineError> {
  return name === "webgpu" ? Layer.unwrap(Effect.fail(noWebGpu())) : CpuEngine.layer
}
