/**
 * The border between the GPU, which throws, and effects.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { WebGpuError } from "@dualcone/webgpu"
import * as Effect from "effect/Effect"
import { Diverged, EngineError } from "./errors.ts"

/** Work on the device: its errors are those of the engine, and broken rules stay what they are. */
export function fromGpu<A>(work: () => Promise<A>): Effect.Effect<A, InputError | EngineError> {
  return Effect.tryPromise({ try: work, catch: (cause) => cause }).pipe(Effect.catch(refused))
}

/** {@link fromGpu} for a step of a descent, which may also diverge. */
export function stepFromGpu<A>(work: () => Promise<A>): Effect.Effect<A, InputError | EngineError | Diverged> {
  return Effect.tryPromise({ try: work, catch: (cause) => cause }).pipe(
    Effect.catch(
      (cause): Effect.Effect<never, InputError | EngineError | Diverged> =>
        cause instanceof Diverged ? Effect.fail(cause) : refused(cause)
    )
  )
}

function refused(cause: unknown): Effect.Effect<never, InputError | EngineError> {
  if (cause instanceof InputError) return Effect.fail(cause)
  if (!(cause instanceof WebGpuError)) return Effect.die(cause)
  return Effect.fail(new EngineError({ engine: "webgpu", reason: cause.message, lost: cause.kind === "lost" }))
}
