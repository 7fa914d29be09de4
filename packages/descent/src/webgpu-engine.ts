/**
 * The engine on WebGPU: networks, weights and update on the GPU. Parameters are drawn by the CPU engine, so that a run
 * starts from the same bits on both.
 *
 * @module
 */
import { makeCpuEngine } from "@dualcone/network"
import type { ThreadCount } from "@dualcone/wasm"
import { requestDevice, type WebGpuDevice } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { makeCpuTrainer } from "./cpu-engine.ts"
import { Engine, type TrainerOptions } from "./engine.ts"
import { EngineError } from "./errors.ts"
import { loadModule, loadModuleFor } from "./module.ts"
import { makeWebGpuTrainer, type RequestDevice } from "./webgpu-trainer.ts"

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
      const gpu = yield* acquireDevice(request)
      return Engine.of({ name: "webgpu", trainer: (options) => makeWebGpuTrainer(wasm, gpu, request, options) })
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
        const request = () => requestDevice({ hardware: true })
        const gpu = yield* acquireDevice(request).pipe(Effect.orElseSucceed(() => null))
        const onCpu = (options: TrainerOptions) => makeCpuTrainer(wasm, makeCpuEngine, options)
        if (gpu === null) return Engine.of({ name: "cpu", trainer: onCpu })
        return Engine.of({
          name: "webgpu",
          trainer: (options) =>
            makeWebGpuTrainer(wasm, gpu, request, options).pipe(
              Effect.catchTag("EngineError", ({ reason }) =>
                Effect.logInfo(`on the CPU: ${reason}`).pipe(Effect.andThen(onCpu(options)))
              )
            )
        })
      })
    )
  }
}

/** A device that computes, as long as the scope. */
export function acquireDevice(request: RequestDevice): Effect.Effect<WebGpuDevice, EngineError, Scope.Scope> {
  return Effect.acquireRelease(
    Effect.promise(request).pipe(
      Effect.flatMap((result) =>
        result.found
          ? Effect.succeed(result.gpu)
          : Effect.fail(new EngineError({ engine: "webgpu", reason: result.error.message }))
      )
    ),
    (gpu) => Effect.sync(() => gpu[Symbol.dispose]())
  )
}
