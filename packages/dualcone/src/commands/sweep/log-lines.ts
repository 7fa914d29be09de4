/**
 * What a cluster's engine logs, as remarks.
 *
 * @module
 */
import * as Logger from "effect/Logger"
import { oneLine } from "../failure.ts"

/** Each message as one line on stderr, without stacks. */
export const logLines = Logger.layer([
  Logger.make<unknown, void>(({ message }) => {
    const parts = (Array.isArray(message) ? message : [message]).map((part: unknown) =>
      part instanceof Error ? part.message : String(part)
    )
    process.stderr.write(`dualcone: ${oneLine(parts.join(": "))}\n`)
  })
])
