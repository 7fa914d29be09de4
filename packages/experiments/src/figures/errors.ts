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

/** What PNG needs, in the versions that the manifest names as peers. */
const PNG_PACKAGES = "@resvg/resvg-wasm@2.6.2 @expo-google-fonts/inter@0.4.2"

/** A package that draws PNG is not installed. */
export class PngUnavailable extends Schema.TaggedError<PngUnavailable>()("PngUnavailable", {
  /** Its name. */
  missing: Schema.String
}) {
  override get message(): string {
    return `PNG needs ${this.missing}, which cannot be loaded here; install what draws it by npm install ${PNG_PACKAGES}, or take the SVG`
  }
}
