/**
 * What can go wrong with the database of a cluster.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** PostgreSQL cannot be reached, or refuses what it is asked. */
export class ClusterError extends Schema.TaggedError<ClusterError>()("ClusterError", {
  /** The database as a user may see it: without a password. */
  database: Schema.String,
  action: Schema.Literals(["reach", "use"]),
  /** Why, as a clause. */
  reason: Schema.String
}) {
  override get message(): string {
    const done = { reach: "reached", use: "used" }[this.action]
    return `${this.database} cannot be ${done}: ${this.reason}`
  }
}
