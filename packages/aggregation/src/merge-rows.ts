/**
 * Several objectives as one: rows of a Jacobian summed or averaged in groups.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { Direction, JacobianLinearization } from "./linearization.ts"

/** Which rows become one. Each row belongs to one group, counted from 0, and every group has a row. */
export interface RowGroups {
  /** k. */
  readonly groups: number
  /** The group of each of the m rows. */
  readonly groupOf: ArrayLike<number>
}

/** m rows in k groups of neighbours, as equal as can be, the larger ones first: the shards of a batch. */
export function shards(objectives: number, count: number): RowGroups {
  if (!Number.isInteger(count) || count < 1 || count > objectives) {
    const rule = `it must be a whole number from 1 to the number of rows, ${objectives}`
    throw new InputError({ rule, place: "the number of shards", value: count })
  }
  const least = Math.floor(objectives / count)
  const larger = objectives % count
  const behind = larger * (least + 1)
  const groupOf = Int32Array.from({ length: objectives }, (_, row) =>
    row < behind ? Math.floor(row / (least + 1)) : larger + Math.floor((row - behind) / least)
  )
  return { groups: count, groupOf }
}

/**
 * The linearization of the k means of its groups: with S, k × m, the averaging matrix,
 *
 *     values S f,   Gramian S G Sᵀ,   pullback of w: Jᵀ (Sᵀ w),   Jacobian S J
 *
 * Clients, past tasks and parts of a batch become objectives in this way ("Jacobian Descent", arXiv 2406.16232,
 * section 7).
 *
 * @throws InputError when a row has no group, or a group no row.
 */
export function meanOfRows<D extends Direction>(
  linearization: JacobianLinearization<D>,
  { groups: k, groupOf }: RowGroups
): JacobianLinearization<D> {
  const m = linearization.objectives
  const shares = sharesOf(m, k, groupOf)
  const spread = new Float64Array(m)
  const values = new Float64Array(k)
  for (let i = 0; i < m; i++) add(values, groupOf[i] ?? 0, (shares[i] ?? 0) * (linearization.values[i] ?? Number.NaN))
  return {
    objectives: k,
    parameters: linearization.parameters,
    values,
    gramian() {
      const { values: entries } = linearization.gramian()
      const merged = new Float64Array(k * k)
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          const product = (shares[i] ?? 0) * (shares[j] ?? 0) * (entries[i * m + j] ?? 0)
          add(merged, (groupOf[i] ?? 0) * k + (groupOf[j] ?? 0), product)
        }
      }
      for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) merged[j * k + i] = merged[i * k + j] ?? 0
      return { objectives: k, values: merged }
    },
    pullback(weights) {
      for (let i = 0; i < m; i++) spread[i] = (shares[i] ?? 0) * (weights[groupOf[i] ?? 0] ?? 0)
      return linearization.pullback(spread)
    },
    jacobian() {
      const rows = linearization.jacobian()
      const n = rows.length / m
      const merged = new Float64Array(k * n)
      for (let i = 0; i < m; i++) {
        const start = (groupOf[i] ?? 0) * n
        const share = shares[i] ?? 0
        for (let c = 0; c < n; c++) add(merged, start + c, share * (rows[i * n + c] ?? 0))
      }
      return merged
    }
  }
}

/** One over the size of its group, for each row. */
function sharesOf(m: number, k: number, groupOf: ArrayLike<number>): Float64Array {
  const sizes = new Float64Array(k)
  for (let i = 0; i < m; i++) {
    const group = groupOf[i]
    if (group === undefined || !Number.isInteger(group) || group < 0 || group >= k) {
      throw new InputError({
        rule: `it must be a whole number below ${k}`,
        place: `the group of row ${i}`,
        value: group
      })
    }
    add(sizes, group, 1)
  }
  const empty = sizes.indexOf(0)
  if (empty >= 0) throw new InputError({ rule: "it must have a row", place: `group ${empty}`, value: 0 })
  return Float64Array.from({ length: m }, (_, i) => 1 / (sizes[groupOf[i] ?? 0] ?? 1))
}

function add(to: Float64Array, at: number, amount: number): void {
  to[at] = (to[at] ?? 0) + amount
}
