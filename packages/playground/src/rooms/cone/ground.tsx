/**
 * What lies under the arrows: axes, the cone of the gradients, and the dual cone.
 *
 * @module
 */
import { disc, dualCone, gradientCone, hull, type Point, safeDirections, walls } from "./cone-shapes.ts"
import type { Row } from "./state.ts"
import type { View } from "./view.ts"

/** What the grounds show. */
export interface GroundProps {
  readonly rows: readonly Row[]
  readonly view: View
}

/** Radius of the ball that stands for space, in units. */
const BALL = 2.6

/** A grid of units, the cone of the gradients and the dual cone. */
export function PlaneGround({ rows, view }: GroundProps) {
  const { width, height, unit } = view
  const window = planeWindow(view)
  const lines = (size: number) => {
    const most = Math.floor(size / 2 / unit)
    return Array.from({ length: 2 * most + 1 }, (_, k) => k - most)
  }
  return (
    <g>
      <path class="cone" d={outline(gradientCone(rows, window).map(view.place))} />
      <path class="dual" d={outline(dualCone(rows, window).map(view.place))} />
      {lines(width).map((x) => (
        <path key={`x${x}`} class={x === 0 ? "axis" : "grid"} d={`M${width / 2 + x * unit} 0V${height}`} />
      ))}
      {lines(height).map((y) => (
        <path key={`y${y}`} class={y === 0 ? "axis" : "grid"} d={`M0 ${height / 2 - y * unit}H${width}`} />
      ))}
    </g>
  )
}

/** A ball with three axes, and the dual cone in it: its walls, and how it looks from here. */
export function SpaceGround({ rows, view }: GroundProps) {
  const shown = walls(rows, BALL)
  const [middleX, middleY] = view.place([0, 0, 0])
  const seen = [[0, 0, 0], ...shown.flatMap(({ corners }) => corners), ...safeDirections(rows, BALL)]
  const axes = ["x", "y", "z"].map((name, k) => {
    const tip = [0, 0, 0].map((_, i) => (i === k ? BALL : 0))
    return { name, from: view.place(tip.map((entry) => -entry)), to: view.place(tip) }
  })
  const equator = disc(BALL).map((point) => view.place([...point, 0]))
  return (
    <g>
      <circle class="ball" cx={middleX} cy={middleY} r={BALL * view.unit} />
      <path class="grid" d={outline(equator)} />
      {axes.map(({ name, from, to }) => (
        <g key={name}>
          <path class="axis" d={`M${from[0]} ${from[1]}L${to[0]} ${to[1]}`} />
          <text class="axis-name" x={to[0] + 6} y={to[1] - 4}>
            {name}
          </text>
        </g>
      ))}
      <path class="dual" d={outline(hull(seen.map(view.place)))} />
      {shown.map(({ row, corners }) => (
        <path key={row} class="wall" d={outline(corners.map(view.place))} />
      ))}
    </g>
  )
}

/** Where the words for the dual cone stand: in the middle of what is seen of it; null where that is too little. */
export function dualConeMiddle({ rows, view }: GroundProps): Point | null {
  const isPlane = rows[0]?.length === 2
  const corners = isPlane
    ? dualCone(rows, planeWindow(view)).map(view.place)
    : hull([[0, 0, 0], ...safeDirections(rows, BALL)].map(view.place))
  const area = Math.abs(
    corners.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = corners[(i + 1) % corners.length] ?? [x, y]
      return sum + (x * nextY - nextX * y) / 2
    }, 0)
  )
  if (area < LEAST_AREA) return null
  const mean = (k: 0 | 1) => corners.reduce((sum, corner) => sum + corner[k], 0) / corners.length
  return [mean(0), mean(1)]
}

/** Square pixels that a label needs around it. */
const LEAST_AREA = 12_000

/** The corners of the picture as vectors. */
function planeWindow(view: View): readonly Point[] {
  const [x, y] = [view.width / 2 / view.unit, view.height / 2 / view.unit]
  return [
    [-x, -y],
    [x, -y],
    [x, y],
    [-x, y]
  ]
}

function outline(points: readonly Point[]): string {
  return points.length === 0 ? "" : `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`
}
