/**
 * The engine on WebGPU: networks, weights and update on the GPU. Parameters are drawn by the CPU engine, so that a run
 * starts from the same bits on both.
 *
 * @module
 */
import { makeCpuEngine } from "@dualcone/network"
import type { ThreadCount } from "@dualcone/wasm"
import { requestDevice } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeCpuTrainer } from "./cpu-engine.ts"
import { Engine, type TrainerOptions } from "./engine.ts"
import type { EngineError } from "./errors.ts"
import { makeDevices, type RequestDevice } from "./gpu-devices.ts"
import { loadModule, loadModuleFor } from "./module.ts"
import { makeWebGpuTrainer } from "./webgpu-trainer.ts"

/** The engine on WebGPU. */
export const WebGpuEngine = {
  /** Fails where no adapter computes; a trainer fails for what the kernels do not cover, and says to take the CPU. */
  get layer(): Layer.Layer<Engine, EngineError> {
    return webGpuEngineLayer(requestDevice)
  }
}

/** {@link WebGpuEngine} on devices of one's own; asked again when one is lost. */
export function webGpuEngineLayer(request: RequestDevice): Layer.Layer<Engine, EngineError> {
  return Layer.effect(
    Engine,
    Effect.gen(function* () {
      const wasm = yield* loadModule
      const devices = yield* makeDevices(request)
      return Engine.of({ trainer: (options) => makeWebGpuTrainer(wasm, devices, options) })
    })
  )
}

/** The engine that is fastest here: a GPU where there is a real one and its kernels cover the run, else the CPU. */
export const AutoEngine = {
  get layer(): Layer.Layer<Engine, EngineError> {
    return AutoEngine.on("auto")
  },
  /** The same, with so many threads where it takes the CPU. */
  on(threads: ThreadCount): Layer.Layer<Engine, EngineError> {
    return Layer.effect(
      Engine,
      Effect.gen(function* () {
        const wasm = yield* loadModuleFor(threads)
        const hardware = makeDevices(() => requestDevice({ hardware: true }))
        const devices = yield* hardware.pipe(Effect.orElseSucceed(() => null))
        const onCpu = (options: TrainerOptions) => makeCpuTrainer(wasm, makeCpuEngine, options)
        if (devices === null) return Engine.of({ trainer: onCpu })
        return Engine.of({
          trainer: (options) =>
            makeWebGpuTrainer(wasm, devices, options).pipe(
              Effect.catchTag("EngineError", ({ reason }) =>
                Effect.logInfo(`on the CPU: ${reason}`).pipe(Effect.andThen(onCpu(options)))
              )
            )
        })
      })
    )
  }
}
