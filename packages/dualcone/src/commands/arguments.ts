/**
 * What several commands take in the same way.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** A flag without a value, off unless it is given. */
export const switchFlag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

/** An argument that only some flags make superfluous; without it the command fails, and `rule` says what to name. */
export const required = <A>(given: Option.Option<A>, place: string, rule: string) =>
  Option.match(given, {
    onSome: (value) => Effect.succeed(value),
    onNone: () => Effect.fail(new InputError({ rule, place, value: undefined }))
  })
