/**
 * A combination maps a Jacobian to a direction: the decision of a method that looks at coordinates, or that remembers
 * gradients.
 *
 * @module
 */
import type { Certificate } from "./certificate.ts"
import type { Direction, JacobianLinearization } from "./linearization.ts"
import type { State } from "./state.ts"

/** What a combination decided beside the direction. */
export interface Combined {
  /** m weights when the direction is Jᵀ w, else null; may be overwritten by the next call. */
  readonly weights: Float64Array | null
  /** Null for methods without a program. */
  readonly certificate: Certificate | null
}

/** A method planned for m objectives and n parameters. Dispose it to give its memory back. */
export interface Combination extends Disposable {
  /** m. */
  readonly objectives: number
  /** n, the length of a direction. */
  readonly parameters: number
  /** What it remembers between calls. */
  readonly state: State
  /**
   * Writes the direction into `into`, n entries. `into` is not read, but it may be memory that the linearization
   * reuses: what is asked of the linearization must be asked, and copied, before it is written.
   */
  combine(linearization: JacobianLinearization, into: Direction): Combined
}

/** The two sizes that a combination is planned for. */
export interface Size {
  /** m. */
  readonly objectives: number
  /** n, the length of a direction. */
  readonly parameters: number
}
