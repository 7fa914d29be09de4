/**
 * Runs every case, one line each, and ends with the counts: `bun packages/dualcone/conformance/main.ts` and
 * `deno run -A packages/dualcone/conformance/main.ts` print the same text. Exit code 1 when a case failed.
 *
 * @module
 */
import { aggregateCases } from "./aggregate-cases.ts"
import { fileCases } from "./file-cases.ts"
import { methodCases } from "./method-cases.ts"
import { pipelineCases } from "./pipeline-cases.ts"
import { threadCases } from "./thread-cases.ts"
import { trainingCases } from "./training-cases.ts"

/** Every case, in order. */
export const conformanceCases = [
  ...aggregateCases,
  ...methodCases,
  ...fileCases,
  ...pipelineCases,
  ...trainingCases,
  ...threadCases
]

if (import.meta.main) {
  let failed = 0
  for (const { name, run } of conformanceCases) {
    try {
      const line = await run()
      console.log(`ok      ${name}${line === undefined ? "" : `  ${line}`}`)
    } catch (error) {
      failed++
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  console.log(`${conformanceCases.length - failed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}
