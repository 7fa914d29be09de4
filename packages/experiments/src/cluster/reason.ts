/**
 * Why the database refused, as its own message says.
 *
 * @module
 */
import * as Predicate from "effect/Predicate"

/** The first line of the innermost message: those around it say only that a query or a connection failed. */
export function reasonOf(error: unknown): string {
  const inner = Predicate.hasProperty(error, "cause") ? error.cause : undefined
  if (Predicate.isObject(inner)) return reasonOf(inner)
  const message = error instanceof Error ? error.message : String(error)
  return message.split("\n")[0] ?? message
}
