/**
 * What a method remembers from one call to the next.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"

/**
 * The memory of a planned method, by name: arrays of a length fixed by its plan, which its calls change in place.
 * Copy them to save a method, overwrite them to let it go on; they hold everything, so that a restored method gives the
 * same bits.
 */
export type State = ReadonlyMap<string, Float64Array>

/** The state of a method that remembers nothing. */
export const stateless: State = new Map()

/** A copy of a state, to be kept. */
export function saveState(state: State): Map<string, Float64Array> {
  return new Map([...state].map(([name, values]) => [name, values.slice()]))
}

/**
 * Overwrites a state in place by a saved one.
 *
 * @throws InputError for an array that is missing, unknown, or of another length.
 */
export function restoreState(state: State, saved: State): void {
  for (const name of saved.keys()) {
    if (state.has(name)) continue
    const rule = `the method remembers ${[...state.keys()].join(", ") || "nothing"}`
    throw new InputError({ rule, place: "the saved state of the aggregator", value: name })
  }
  for (const [name, values] of state) {
    const kept = saved.get(name)
    if (kept?.length !== values.length) {
      const rule = `it must have ${values.length} entries`
      throw new InputError({ rule, place: `${name} of the saved state of the aggregator`, value: kept?.length })
    }
    values.set(kept)
  }
}

/** The state of a wrapper: its own arrays, and those of what it wraps under a prefix. */
export function wrappingState(own: Readonly<Record<string, Float64Array>>, wrapped: State): State {
  return new Map([
    ...Object.entries(own),
    ...[...wrapped].map(([name, values]): [string, Float64Array] => [`wrapped.${name}`, values])
  ])
}
