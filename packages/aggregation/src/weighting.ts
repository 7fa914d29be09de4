/**
 * A weighting maps a Gramian to weights: the decision of a method, apart from its application to the Jacobian.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Certificate } from "./certificate.ts"
import type { Gramian } from "./linearization.ts"
import type { State } from "./state.ts"

/** Weights of m rows, and what is proved about them. */
export interface Weighed {
  /** m weights; may be a view into memory that the next call of the same weighting overwrites. */
  readonly weights: Float64Array
  /** Null for methods without a program. */
  readonly certificate: Certificate | null
}

/** A method planned for m objectives. Dispose it to give its memory back. */
export interface Weighting extends Disposable {
  /** m. */
  readonly objectives: number
  /** What it remembers between calls. */
  readonly state: State
  /**
   * The weights of a Gramian of m objectives. Values that live in the module's memory are solved in place; others
   * are copied there first. `values` are those of the objectives, f(x), which some methods ask for.
   *
   * @throws InputError when the Gramian has another size, an entry that is not finite, or no symmetry; and when the
   * method asks for values that are missing or outside of its domain.
   */
  weigh(gramian: Gramian, values?: Float64Array): Weighed
  /** For methods that look at the values after the update, on the same examples: the next call may depend on them. */
  observe?(values: Float64Array): void
}

/** The most objectives that a weighting is planned for: 4096, where the Gramian alone takes 128 MiB. */
export const MOST_OBJECTIVES = 4096

/** A number of objectives that a weighting can be planned for. */
export function checkObjectives(objectives: number): void {
  if (Number.isInteger(objectives) && objectives >= 1 && objectives <= MOST_OBJECTIVES) return
  const rule = `it must be a whole number from 1 to ${MOST_OBJECTIVES}`
  throw new InputError({ rule, place: "the number of objectives", value: objectives })
}

/** A Gramian of the size that a weighting was planned for. */
export function checkSize(gramian: Gramian, objectives: number): void {
  if (gramian.objectives !== objectives) {
    const rule = `the weighting was planned for ${objectives}`
    throw new InputError({ rule, place: "the number of objectives of the Gramian", value: gramian.objectives })
  }
  if (gramian.values.length !== objectives * objectives) {
    const rule = `it must be ${objectives * objectives} for ${objectives} objectives`
    throw new InputError({ rule, place: "the number of entries of the Gramian", value: gramian.values.length })
  }
}

/** {@link checkSize}, and every entry finite. For methods whose arithmetic does not run in the module, which checks. */
export function checkGramian(gramian: Gramian, objectives: number): void {
  checkSize(gramian, objectives)
  const wrong = gramian.values.findIndex((entry) => !Number.isFinite(entry))
  if (wrong < 0) return
  const place = `row ${Math.floor(wrong / objectives)}, column ${wrong % objectives} of the Gramian`
  throw new InputError({ rule: "every entry must be finite", place, value: gramian.values[wrong] })
}

/** One finite value an objective. */
export function checkValues(values: Float64Array | undefined, objectives: number): Float64Array {
  if (values === undefined || values.length !== objectives) {
    const rule = `this method asks for one value for each of the ${objectives} objectives`
    throw new InputError({ rule, place: "the number of values of the objectives", value: values?.length })
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return values
  const rule = "this method asks for the values of the objectives, each finite"
  throw new InputError({ rule, place: `value ${wrong} of the objectives`, value: values[wrong] })
}
