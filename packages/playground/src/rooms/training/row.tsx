/**
 * A row of the two columns: the same of both runs, beside each other at every width.
 *
 * @module
 */
import type { ComponentChildren } from "preact"
import { type Side, sides } from "./protocol.ts"

/** What {@link Row} shows. */
export interface RowProps {
  /** For its style. */
  readonly name: string
  readonly of: (side: Side) => ComponentChildren
}

/** The method of each run. */
export type Methods = Readonly<Record<Side, string>>

/** The row. */
export function Row({ name, of }: RowProps) {
  return (
    <div class={`row ${name}`}>
      {sides.map((side) => (
        <div key={side}>{of(side)}</div>
      ))}
    </div>
  )
}
