/**
 * What is done while the database is away.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { reasonOf } from "./reason.ts"

/** Tries again until it succeeds, and says so each time. A database that is restarted ends no sweep. */
export const patiently = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, never, R> =>
  work.pipe(
    Effect.tapCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.logError(waiting(cause)))),
    Effect.sandbox,
    Effect.retry({ schedule: Schedule.spaced("5 seconds"), while: (cause) => !Cause.hasInterruptsOnly(cause) }),
    Effect.catch((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.interrupt : Effect.die(Cause.squash(cause))))
  )

const waiting = (cause: Cause.Cause<unknown>) =>
  `the database of the cluster does not answer; trying again: ${reasonOf(Cause.squash(cause))}`
