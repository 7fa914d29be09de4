/**
 * Groups of examples as objectives.
 *
 * @module
 */
import { type JacobianLinearization, meanOfRows, type RowGroups } from "@dualcone/aggregation"

/**
 * The means of the rows of each group. The Jacobian is made of a pullback a group, which is far cheaper than the rows of
 * all examples where these are many.
 */
export function groupRows(
  rows: JacobianLinearization<Float64Array>,
  groups: RowGroups
): JacobianLinearization<Float64Array> {
  const merged = meanOfRows(rows, groups)
  return {
    ...merged,
    jacobian() {
      const { objectives, parameters } = merged
      const jacobian = new Float64Array(objectives * parameters)
      const unit = new Float64Array(objectives)
      for (let i = 0; i < objectives; i++) {
        unit[i] = 1
        jacobian.set(merged.pullback(unit), i * parameters)
        unit[i] = 0
      }
      return jacobian
    }
  }
}
