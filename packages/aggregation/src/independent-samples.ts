/**
 * Independent estimates of one Jacobian, for weightings that would otherwise square the noise of a single one.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Direction, JacobianLinearization } from "./linearization.ts"

/** Linearizations of the same objectives at the same point, on batches drawn independently. */
export interface IndependentSamples<D extends Direction> {
  /** J₁ and J₂, which decide the weights. */
  readonly weigh: readonly [JacobianLinearization, JacobianLinearization]
  /** J₃, which gives values and direction. May be one of the two: then its noise is also in the weights. */
  readonly update: JacobianLinearization<D>
}

/**
 * The linearization with the cross Gramian J₁ J₂ᵀ, an unbiased estimate of J Jᵀ where J₁ J₁ᵀ is none, and with the
 * pullback of J₃. Not symmetric: for `modo` and `sdmgrad`, whose iterations ask for no more than the product (Chen et al.
 * 2023, arXiv 2305.20057; Xiao et al. 2023, arXiv 2305.18409). Costs m² n products.
 *
 * @throws InputError when the three have not the same sizes.
 */
export function independentSamples<D extends Direction>({
  weigh: [first, second],
  update
}: IndependentSamples<D>): JacobianLinearization<D> {
  const { objectives: m } = update
  for (const { objectives } of [first, second]) {
    if (objectives === m) continue
    throw new InputError({
      rule: `the update has ${m}`,
      place: "the number of objectives of a sample",
      value: objectives
    })
  }
  return {
    objectives: m,
    parameters: update.parameters,
    values: update.values,
    gramian() {
      const [a, b] = [first.jacobian(), second.jacobian()]
      if (a.length !== b.length) {
        const rule = `the other sample has ${a.length}`
        throw new InputError({ rule, place: "the number of entries of the Jacobian of a sample", value: b.length })
      }
      const n = a.length / m
      const values = new Float64Array(m * m)
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          let product = 0
          for (let k = 0; k < n; k++) product += (a[i * n + k] ?? 0) * (b[j * n + k] ?? 0)
          values[i * m + j] = product
        }
      }
      return { objectives: m, values }
    },
    pullback: (weights) => update.pullback(weights),
    jacobian: () => update.jacobian()
  }
}
