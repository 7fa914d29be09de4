/**
 * A descent on a function as a stream of steps.
 *
 * @module
 */
import type { InputError, Wasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { attempt, attemptStep } from "../attempt.ts"
import type { Diverged, EngineError } from "../errors.ts"
import { loadModule } from "../module.ts"
import type { DescentStep, FunctionDescent } from "./function-descent.ts"

/** What can end a descent on a function before its last step. */
export type DescentError = InputError | EngineError | Diverged

/** The steps of a planned descent, pulled one by one; closing the stream gives its memory back. */
export function stepsOf(plan: (wasm: Wasm) => FunctionDescent): Stream.Stream<DescentStep, DescentError> {
  return Stream.unwrap(
    Effect.gen(function* () {
      const wasm = yield* loadModule
      const descent = yield* Effect.acquireRelease(
        attempt(() => plan(wasm)),
        (owned) => Effect.sync(() => owned[Symbol.dispose]())
      )
      return Stream.unfold(undefined, () =>
        Effect.gen(function* () {
          yield* Effect.yieldNow // a synchronous step would keep signals and timers waiting
          const step = yield* attemptStep(() => descent.step())
          return step === null ? undefined : ([step, undefined] as const)
        })
      )
    })
  )
}
