/**
 * The border between the pure packages, which throw, and effects.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { Diverged } from "./errors.ts"

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

/** {@link attempt} for a step of a descent, which may also diverge. */
export function attemptStep<A>(work: () => A): Effect.Effect<A, InputError | Diverged> {
  return Effect.suspend((): Effect.Effect<A, InputError | Diverged> => {
    try {
      return Effect.succeed(work())
    } catch (cause) {
      return cause instanceof Diverged ? Effect.fail(cause) : refused(cause)
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
