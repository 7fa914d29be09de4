/**
 * What the aggregators of a trainer remember, one planned for each number of rows, as one state.
 *
 * @module
 */
import { type PlannedAggregator, restoreState, type State, saveState } from "@dualcone/aggregation"

/** Planned aggregators by their number of rows. */
export type PlannedMethods = ReadonlyMap<number, PlannedAggregator>

/** Copies, named `rows.name`. */
export function saveMethods(methods: PlannedMethods): State {
  return new Map(
    [...methods].flatMap(([rows, { state }]) =>
      [...saveState(state)].map(([name, values]) => [`${rows}.${name}`, values])
    )
  )
}

/** The way back. @throws InputError for what does not fit */
export function restoreMethods(methods: PlannedMethods, state: State): void {
  for (const [rows, method] of methods) {
    const prefix = `${rows}.`
    const own = [...state].filter(([name]) => name.startsWith(prefix))
    restoreState(method.state, new Map(own.map(([name, values]) => [name.slice(prefix.length), values])))
  }
}
