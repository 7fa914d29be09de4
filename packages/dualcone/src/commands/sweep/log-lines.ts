/**
 * What a cluster's engine logs, as remarks.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import { oneLine } from "../failure.ts"

/** Each message as one line on stderr, without stacks. */
export const logLines = Logger.layer([
  Logger.make<unknown, void>(({ message, cause }) => {
    const logged: readonly unknown[] = Array.isArray(message) ? message : [message]
    const causes = cause.reasons.length === 0 ? [] : [Cause.squash(cause)]
    const parts = [...logged, ...causes].map((part) => (part instanceof Error ? part.message : String(part)))
    process.stderr.write(`dualcone: ${oneLine(parts.join(": "))}\n`)
  })
])
