/**
 * Functions of a real number from the module: JavaScript's own differ from engine to engine in the last bit.
 *
 * @module
 */

/** Each within one unit in the last place, and the same bits everywhere. */
export interface RealFunctions {
  /** eˣ */
  exp(x: number): number
  /** Natural logarithm. */
  log(x: number): number
  /** log(1 + x) */
  log1p(x: number): number
  sin(x: number): number
  cos(x: number): number
  tanh(x: number): number
  /** xʸ */
  pow(x: number, y: number): number
}
