/**
 * The border between the pure packages, which throw, and effects.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"

/** Synchronous work whose broken rules become typed failures; anything else thrown is a defect. */
export function attempt<A>(work: () => A): Effect.Effect<A, InputError> {
  return Effect.suspend(() => {
    try {
      return Effect.succeed(work())
    } catch (cause) {
      return refused(cause)
    }
  })
}

/** {@link attempt} for a promise. */
export function attemptPromise<A>(work: () => Promise<A>): Effect.Effect<A, InputError> {
  return Effect.flatten(Effect.promise(() => work().then((value) => Effect.succeed(value), refused)))
}

function refused(cause: unknown): Effect.Effect<never, InputError> {
  return cause instanceof InputError ? Effect.fail(cause) : Effect.die(cause)
}
