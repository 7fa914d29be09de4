/**
 * One quantity over the steps of a run, on axes that both columns share.
 *
 * @module
 */
import { methodStyle } from "../../ui/method-style.ts"
import { useWidth } from "../../ui/use-width.ts"

/** A line. */
export interface Curve {
  readonly method: string
  /** Steps and values. */
  readonly points: readonly (readonly [step: number, value: number])[]
  /** Thick: what the panel is about. Thin: each batch. Ghost: the other column's, to compare with. */
  readonly weight: "thick" | "thin" | "ghost"
  /** A dot at each point, for few of them. */
  readonly dots?: boolean
}

/** What {@link CurvePanel} shows. */
export interface CurvePanelProps {
  /** Of the plot, in pixels. */
  readonly height: number
  /** The last step. */
  readonly steps: number
  readonly top: number
  readonly bottom: number
  readonly ticks: readonly number[]
  /** Steps under the axis; without them in all but the lowest panel. */
  readonly withSteps: boolean
  readonly curves: readonly Curve[]
  /** Said to who does not see it. */
  readonly label: string
}

const LEFT = 44
const RIGHT = 8
const UP = 8
const BELOW = 28
/** More points than this are not to be seen. */
const MOST_POINTS = 500

/** The panel, as wide as its place. */
export function CurvePanel({ height, steps, top, bottom, ticks, withSteps, curves, label }: CurvePanelProps) {
  const { ref, width: room } = useWidth<HTMLDivElement>()
  const width = room.value
  const right = Math.max(LEFT + 1, width - RIGHT)
  const x = (step: number) => LEFT + ((step - 1) / Math.max(1, steps - 1)) * (right - LEFT)
  const y = (value: number) => UP + ((top - clamp(value, bottom, top)) / (top - bottom)) * height
  const whole = UP + height + (withSteps ? BELOW : UP)
  return (
    <div ref={ref} class="curves" style={{ height: whole }}>
      {width > 0 && (
        <svg width={width} height={whole} role="img" aria-label={label}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line class="grid" x1={LEFT} x2={right} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 8} y={y(tick)} dy="0.35em" text-anchor="end">
                {tick}
              </text>
            </g>
          ))}
          {withSteps &&
            stepTicks(steps, width).map((step) => (
              <text
                key={step}
                x={x(step)}
                y={UP + height + 22}
                text-anchor={step === 1 ? "start" : step === steps ? "end" : "middle"}
              >
                {step === 1 ? "step 1" : step}
              </text>
            ))}
          {curves.map(({ method, points, weight, dots }, i) => {
            const { colour, dashed } = methodStyle(method)
            const shown = thinned(points)
            return (
              <g key={i} class={`${weight}${dashed ? " dashed" : ""}`} style={{ stroke: colour, fill: colour }}>
                <path
                  d={shown.map(([step, value], k) => `${k === 0 ? "M" : "L"}${at(x(step))} ${at(y(value))}`).join("")}
                />
                {dots === true &&
                  points.map(([step, value]) => <circle key={step} cx={at(x(step))} cy={at(y(value))} r="2.5" />)}
              </g>
            )
          })}
        </svg>
      )}
    </div>
  )
}

function stepTicks(steps: number, width: number): readonly number[] {
  return width < 280 || steps < 3 ? [1, steps] : [1, Math.round(steps / 2), steps]
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function at(place: number): string {
  return place.toFixed(1)
}

/** Every n-th point, and the last. */
function thinned<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS)
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1)
}
