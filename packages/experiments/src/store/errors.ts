/**
 * What can go wrong with the database of a sweep.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** The database cannot be opened, read or written, or is not that of a sweep. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  file: Schema.String,
  action: Schema.Literals(["open", "read", "write"]),
  /** Why, as a clause. */
  reason: Schema.String
}) {
  override get message(): string {
    const done = { open: "opened", read: "read", write: "written" }[this.action]
    return `${this.file} cannot be ${done}: ${this.reason}`
  }
}

/** Another process runs the experiment in this folder. */
export class SweepBusy extends Schema.TaggedError<SweepBusy>()("SweepBusy", {
  folder: Schema.String,
  /** What it is, as in "a sweep". */
  kind: Schema.String
}) {
  override get message(): string {
    return `${this.folder} belongs to ${this.kind} that is running; wait for it, stop it, or name another folder`
  }
}

/** The folder holds another sweep than the one to run. */
export class OtherSweep extends Schema.TaggedError<OtherSweep>()("OtherSweep", {
  folder: Schema.String,
  /** The first key of sweep.json that differs. */
  key: Schema.String
}) {
  override get message(): string {
    return `${this.folder} holds another sweep: its ${this.key} differs; name another folder`
  }
}
