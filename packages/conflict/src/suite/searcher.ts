/**
 * Whoever makes the searches of a suite: the threads of this machine, or something else with the same interface.
 *
 * @module
 */
import { availableParallelism } from "node:os"
import { type RunFailed, threadPool } from "@dualcone/experiments"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Profile } from "../problem.ts"
import type { SearchScore } from "../protocol/search.ts"
import type { PlannedSearch } from "./plan.ts"

/** To a worker: a search by the names of its parts. */
export interface SearchRequest {
  readonly kind: "search"
  readonly problem: string
  readonly method: string
  readonly profile: Profile
  readonly fashionFolder: string | null
}

/** Makes searches. */
export class Searcher extends Context.Service<
  Searcher,
  {
    /** Searches at a time. */
    readonly size: number
    /** Makes one search. `report` hears of rates that are done. */
    search(planned: PlannedSearch, report: (rates: number) => void): Effect.Effect<SearchScore, RunFailed>
  }
>()("@dualcone/conflict/Searcher") {}

/** Options of {@link searchThreads}. */
export interface SearchThreadsOptions {
  /** Default: one for each core. */
  readonly size?: number
  /** The folder of Fashion-MNIST's files. */
  readonly fashionFolder: string | null
}

// Published files are JavaScript; a bundler or compiler does not rewrite this name.
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url)

/** The layer of {@link Searcher} over worker threads, which end with the scope. */
export function searchThreads({
  size = availableParallelism(),
  fashionFolder
}: SearchThreadsOptions): Layer.Layer<Searcher> {
  return Layer.effect(
    Searcher,
    Effect.gen(function* () {
      const ask = yield* threadPool<SearchScore>(PROGRAM, size)
      return Searcher.of({
        size,
        search: ({ id, problem, method, profile }, report) => {
          const request: SearchRequest = {
            kind: "search",
            ...{ problem: problem.name, method: method.name, profile, fashionFolder }
          }
          return ask(id, request, report)
        }
      })
    })
  )
}
