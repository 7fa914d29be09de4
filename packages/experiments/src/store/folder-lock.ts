/**
 * One experiment a folder.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { StoreError, SweepBusy } from "./errors.ts"
import { openDatabase } from "./sqlite.ts"

/**
 * Holds the folder for the scope. The lock is SQLite's on a database of its own, held by a transaction that never ends:
 * the operating system gives it back when the process dies, however it dies, and readers of the results are not kept
 * out.
 */
export const lockFolder = Effect.fn("lockFolder")(function* (folder: string, kind = "a sweep") {
  const file = `${folder}/sweep.lock`
  yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = openDatabase(file, { timeout: 0 })
        try {
          database.exec("begin exclusive")
          return database
        } catch (cause) {
          database.close()
          throw cause
        }
      },
      catch: (cause) => {
        const reason = cause instanceof Error ? cause.message : String(cause)
        return /locked|busy/i.test(reason) || (Predicate.hasProperty(cause, "errcode") && cause.errcode === 5)
          ? new SweepBusy({ folder, kind })
          : new StoreError({ file, action: "open", reason })
      }
    }),
    (database) => Effect.sync(() => database.close())
  )
})
