/**
 * Why there is no figure.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** A database has no result that a figure could show. */
export class NothingToDraw extends Schema.TaggedError<NothingToDraw>()("NothingToDraw", {
  /** Runs that are planned. */
  runs: Schema.Int,
  diverged: Schema.Int
}) {
  override get message(): string {
    if (this.runs === 0) return "the sweep has no runs yet, so there is nothing to draw"
    const diverged = this.diverged === 0 ? "" : `, and ${this.diverged} diverged`
    return `none of the sweep's ${this.runs} runs is done${diverged}, so there is nothing to draw; run the sweep first`
  }
}
