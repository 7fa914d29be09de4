/**
 * What Jacobian descent asks of an objective at one point: never the Jacobian itself unless a method
 * needs coordinates, but its Gramian and its pullback.
 *
 * @module
 */

/** The Gramian G = J Jᵀ of `objectives` rows: m × m, row-major, float64. */
export interface Gramian {
  readonly objectives: number
  /** m·m entries. May be a view into WebAssembly memory: valid until the next step of its owner. */
  readonly values: Float64Array
}

/** A direction in parameter space, in the precision and the parameter order of its linearization. */
export type Direction = Float32Array | Float64Array

/** An objective f: Rⁿ → Rᵐ linearized at a point: values f(x) and questions about J = f′(x), m × n. */
export interface Linearization<D extends Direction = Direction> {
  /** m, the number of rows. */
  readonly objectives: number
  /** n, the number of parameters. */
  readonly parameters: number
  /** f(x), m values. */
  readonly values: Float64Array
  /** G = J Jᵀ. Computed at the first call. */
  gramian(): Gramian
  /** Jᵀ w for m weights: one direction, n entries. The buffer may be reused by the next call. */
  pullback(weights: Float64Array): D
}

/** A linearization that can also form J: what methods that need coordinates (GradDrop, TrimmedMean) ask for. */
export interface JacobianLinearization<D extends Direction = Direction> extends Linearization<D> {
  /** J, m × n, row-major, n being the length of a direction. May be the linearization's own: not to be written to. */
  jacobian(): Direction
}
