/**
 * A weighting maps a Gramian to weights: the decision of a method, apart from its application to the Jacobian.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Certificate } from "./certificate.ts"
import type { Gramian } from "./linearization.ts"

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
  /**
   * The weights of a Gramian of m objectives. Values that live in the module's memory are solved in place; others
   * are copied there first.
   *
   * @throws InputError when the Gramian has another size, an entry that is not finite, or no symmetry.
   */
  weigh(gramian: Gramian): Weighed
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
