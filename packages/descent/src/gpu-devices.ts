/**
 * GPU devices as resources.
 *
 * @module
 */
import type { DeviceResult, WebGpuDevice } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { EngineError } from "./errors.ts"

/** How a device is asked for; the default is `requestDevice`. */
export type RequestDevice = () => Promise<DeviceResult>

/** The device that trainers share, and its successors. */
export interface Devices {
  /** The present device; another one when it is lost. Fails when there is none any more. */
  readonly device: Effect.Effect<WebGpuDevice, EngineError>
}

/** A device that computes; it and those that replace it live as long as the scope. */
export const makeDevices = Effect.fn("makeDevices")(function* (request: RequestDevice) {
  const scope = yield* Effect.scope
  let present = yield* acquireDevice(request)
  const devices: Devices = {
    device: Effect.suspend(() => {
      if (present.lost === null) return Effect.succeed(present)
      return acquireDevice(request).pipe(
        Scope.provide(scope),
        Effect.tap((device) =>
          Effect.sync(() => {
            present = device
          })
        )
      )
    })
  }
  return devices
})

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
