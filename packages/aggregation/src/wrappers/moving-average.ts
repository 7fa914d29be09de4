/**
 * Moving averages of gradients.
 *
 * @module
 */

/** A moving average that starts from nothing; its arrays are changed in place. */
export interface MovingAverage {
  readonly average: Float64Array
  /** β^k after k calls. */
  readonly power: Float64Array
  /** Takes in one more gradient. */
  add(gradient: ArrayLike<number>): void
}

/**
 * The moving average of `length` numbers with decay β:
 *
 *     M ← M + γ (g − M),   γ = (1 − β) / (1 − β^k) at call k with bias correction, 1 − β without
 *
 * With the correction it is M_k / (1 − β^k) of Kingma and Ba ("Adam", 2015, arXiv 1412.6980, algorithm 1), a mean with
 * weights that sum to one: of one gradient that gradient. Without it M starts at 0 and grows to the size of the
 * gradients within some 1/(1 − β) calls.
 */
export function movingAverage(length: number, beta: number, biasCorrection: boolean): MovingAverage {
  const average = new Float64Array(length)
  const power = Float64Array.of(1)
  return {
    average,
    power,
    add(gradient) {
      power[0] = (power[0] ?? 1) * beta
      const gain = biasCorrection ? (1 - beta) / (1 - (power[0] ?? 0)) : 1 - beta
      for (let k = 0; k < length; k++) {
        const before = average[k] ?? 0
        average[k] = before + gain * ((gradient[k] ?? 0) - before)
      }
    }
  }
}
