/**
 * The program of a worker thread: makes the searches that it is given, one at a time.
 *
 * @module
 */
import { serveWork } from "@dualcone/experiments"
import { loadWasm } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { conflictMethod } from "../methods.ts"
import { search } from "../protocol/search.ts"
import { conflictProblem } from "../registry.ts"
import type { SearchRequest } from "./searcher.ts"

serveWork(
  ({ problem, method, profile, fashionFolder }: SearchRequest, report) =>
    Effect.tryPromise({
      try: async () => {
        const wasm = await loadWasm()
        const context = { wasm, fashionFolder }
        return search(context, conflictProblem(problem), conflictMethod(method), profile, report)
      },
      catch: (error) => error
    }),
  Layer.empty
)
