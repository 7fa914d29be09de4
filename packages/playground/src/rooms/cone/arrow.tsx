/**
 * An arrow.
 *
 * @module
 */

/** What an {@link Arrow} looks like. Lengths are in pixels. */
export interface ArrowProps {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly colour: string
  readonly width: number
  readonly dashed?: boolean
  /** Of its head. Default four times its width. */
  readonly head?: number
}

/** A line with a head; nothing where it has no length. */
export function Arrow({ from, to, colour, width, dashed = false, head = 4 * width }: ArrowProps) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy)
  if (length < 0.5) return <circle cx={to[0]} cy={to[1]} r={width + 1} style={{ fill: colour }} />
  const [ux, uy] = [dx / length, dy / length]
  const size = Math.min(head, length)
  const [bx, by] = [to[0] - ux * size, to[1] - uy * size]
  const half = size * 0.42
  const corners = [to, [bx - uy * half, by + ux * half], [bx + uy * half, by - ux * half]]
  return (
    <g>
      <path
        d={`M${from[0]} ${from[1]}L${bx} ${by}`}
        style={{ stroke: colour, strokeWidth: width, fill: "none", strokeDasharray: dashed ? "7 5" : "none" }}
      />
      <path d={`M${corners.map(([x, y]) => `${x} ${y}`).join("L")}Z`} style={{ fill: colour }} />
    </g>
  )
}
