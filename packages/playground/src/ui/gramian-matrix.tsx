/**
 * A small Gramian, number by number: red where two gradients conflict, blue where they agree.
 *
 * @module
 */
import { decimals } from "./number-text.ts"

/** What {@link GramianMatrix} shows. */
export interface GramianMatrixProps {
  /** m × m entries, row by row. */
  readonly values: ArrayLike<number>
  /** Names of the m rows. */
  readonly names: readonly string[]
}

/** G = J Jᵀ. A cell is as strongly coloured as the cosine of its two gradients is far from zero. */
export function GramianMatrix({ values, names }: GramianMatrixProps) {
  const m = names.length
  const entry = (i: number, j: number) => values[i * m + j] ?? 0
  const cosine = (i: number, j: number) => {
    const lengths = Math.sqrt(entry(i, i) * entry(j, j))
    return lengths > 0 ? entry(i, j) / lengths : 0
  }
  return (
    <table class="gramian">
      <caption class="hidden">The products of each two gradients</caption>
      <thead>
        <tr>
          <td />
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((row, i) => (
          <tr key={row}>
            <th scope="row">{row}</th>
            {names.map((column, j) => (
              <td key={column} style={{ background: tint(cosine(i, j)) }}>
                {decimals(entry(i, j))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** White for none; at most so strong that the number on it stays easy to read. */
function tint(cosine: number): string {
  const hue = cosine < 0 ? "var(--conflict)" : "var(--agreement)"
  return `color-mix(in oklab,${hue} ${Math.round(Math.abs(cosine) * 40)}%,var(--ground))`
}
