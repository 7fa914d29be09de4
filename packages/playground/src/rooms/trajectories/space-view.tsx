/**
 * One of the two spaces: its ground, and the paths over it as far as they have come.
 *
 * @module
 */
import { tickText } from "@dualcone/descent/drawing"
import { useMemo } from "preact/hooks"
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import { useWidth } from "../../ui/use-width.ts"
import { type DrawnLine, drawnLine } from "./drawn-line.ts"
import { endStateText } from "./end-state.ts"
import { jobKey, type Place, type Ran, SIDE, type SpacePicture } from "./messages.ts"
import { StartHandle } from "./start-handle.tsx"
import { placeAt } from "./window.ts"

/** What a space shows. */
export interface SpaceViewProps {
  readonly space: SpacePicture
  /** Which of the lines of a path belong to it. */
  readonly index: number
  readonly paths: readonly Ran[]
  /** Updates that are shown. */
  readonly update: number
  /** The name of the path that stands out. */
  readonly focused: string | null
  readonly onFocus: (key: string | null) => void
  /** A start of one's own that can be moved; null for none. */
  readonly own: Place | null
  /** Null where no point may be a start. */
  readonly onStart: ((at: Place) => void) | null
}

/** Room for numbers and names of the axes, in pixels. */
const LEFT = 64
const BOTTOM = 56
const RIGHT = 16
const TOP = 8
const LARGEST = 560

/**
 * The space: one picture that stays, and over it one that moves, so that the field is not painted again with every
 * update.
 */
export function SpaceView({ space, index, paths, update, focused, onFocus, own, onStart }: SpaceViewProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const side = Math.max(200, Math.min(LARGEST, width.value - LEFT - RIGHT))
  const scale = side / SIDE
  const size = { width: LEFT + side + RIGHT, height: TOP + side + BOTTOM }
  const title = space.name === "parameters" ? "Parameters" : "Objectives"
  const lineOf = ({ lines }: Ran) => drawnLine(lines[index] ?? NO_LINE)
  // Dashed paths lie over solid ones, so that both are seen where they run together.
  const ordered = [...paths].sort((a, b) => Number(isDashed(a)) - Number(isDashed(b)))
  return (
    <div ref={ref} class="space">
      <h2>{title}</h2>
      {width.value === 0 ? null : (
        <div class="layers">
          <Still space={space} side={side} />
          {/* biome-ignore lint/a11y/useSemanticElements: HTML has no group that draws. */}
          <svg class="overlay" role="group" aria-label={title} {...size}>
            <g transform={`translate(${LEFT} ${TOP})`}>
              {onStart === null ? null : <Open space={space} side={side} onStart={onStart} />}
              <g
                class={focused === null ? "runs" : "runs dimmed"}
                transform={`scale(${scale})`}
                clip-path={`url(#clip-${space.name})`}
              >
                {ordered.map((path) => (
                  <Path
                    key={jobKey(path.job)}
                    path={path}
                    line={lineOf(path)}
                    update={update}
                    scale={scale}
                    isFocused={focused === jobKey(path.job)}
                    onFocus={onFocus}
                  />
                ))}
              </g>
              <Numbers paths={paths} lineOf={lineOf} scale={scale} />
              {own === null || onStart === null ? null : (
                <StartHandle space={space} side={side} at={own} onMove={onStart} />
              )}
            </g>
          </svg>
        </div>
      )}
    </div>
  )
}

/** The ground, which is the worker's own SVG, and the axes. */
function Still({ space, side }: { space: SpacePicture; side: number }) {
  return useMemo(
    () => (
      <svg aria-hidden="true" width={LEFT + side + RIGHT} height={TOP + side + BOTTOM}>
        <clipPath id={`clip-${space.name}`}>
          <rect width={SIDE} height={SIDE} />
        </clipPath>
        <g transform={`translate(${LEFT} ${TOP})`}>
          <g
            transform={`scale(${side / SIDE})`}
            clip-path={`url(#clip-${space.name})`}
            dangerouslySetInnerHTML={{ __html: space.ground }}
          />
          <rect class="frame" width={side} height={side} />
          <Axes space={space} side={side} />
        </g>
      </svg>
    ),
    [space, side]
  )
}

/** Where a click makes a start. */
function Open({ space, side, onStart }: { space: SpacePicture; side: number; onStart: (at: Place) => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the ring of a start of one's own is moved by keys.
    <rect
      class="open"
      width={side}
      height={side}
      onClick={(event) => {
        const corner = event.currentTarget.getBoundingClientRect()
        onStart(placeAt(space.window, (event.clientX - corner.left) / side, (event.clientY - corner.top) / side))
      }}
    />
  )
}

const NO_LINE = { points: new Float32Array(), updates: new Uint32Array() }

const isDashed = ({ job }: Ran) => methodStyle(job.method).dashed

interface PathProps extends Pick<SpaceViewProps, "update" | "onFocus"> {
  readonly path: Ran
  readonly line: DrawnLine
  /** Pixels of a unit: what marks a place is as large in a small square as in a large one. */
  readonly scale: number
  readonly isFocused: boolean
}

function Path({ path, line, update, scale, isFocused, onFocus }: PathProps) {
  const { colour, dashed } = methodStyle(path.job.method)
  const tip = line.at(update)
  if (tip === null) return null
  const d = line.until(update)
  const first = line.at(0) ?? tip
  const isOver = update >= path.steps
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table says the same to those who do not point.
    <g
      class={isFocused ? "run focused" : "run"}
      data-method={path.job.method}
      onMouseEnter={() => onFocus(jobKey(path.job))}
      onMouseLeave={() => onFocus(null)}
    >
      <title>{`${methodTitle(path.job.method)}: ${endStateText(path.endState)}`}</title>
      {isOver ? <path class="hit" d={d} /> : null}
      <path class="line" d={d} style={{ stroke: colour, strokeDasharray: dashed ? "7 4.5" : "none" }} />
      <circle class="start" cx={first[0]} cy={first[1]} r={4.5 / scale} />
      {isOver ? (
        <path class="end" d={diamond(tip, 6 / scale)} style={{ fill: colour }} />
      ) : (
        <circle class="end" cx={tip[0]} cy={tip[1]} r={5 / scale} style={{ fill: colour }} />
      )}
    </g>
  )
}

const diamond = ([x, y]: readonly [number, number], half: number) =>
  `M${x} ${y - half}l${half} ${half}l${-half} ${half}l${-half} ${-half}Z`

interface NumbersProps extends Pick<SpaceViewProps, "paths"> {
  readonly lineOf: (path: Ran) => DrawnLine
  readonly scale: number
}

/** The numbers of the starts, where there are several. */
function Numbers({ paths, lineOf, scale }: NumbersProps) {
  const places = new Map<number, readonly [number, number]>()
  for (const path of paths) {
    const { start } = path.job
    const place = lineOf(path).at(0)
    if (start.kind === "problem" && place !== null) places.set(start.index, place)
  }
  if (places.size < 2) return null
  return [...places].map(([index, [x, y]]) => (
    <text key={index} class="number" x={x * scale + 8} y={y * scale - 8}>
      {index + 1}
    </text>
  ))
}

/** Numbers and names of the axes. */
function Axes({ space: { window, labels, xTicks, yTicks }, side }: { space: SpacePicture; side: number }) {
  const part = (tick: number, [low, high]: Place) => (tick - low) / (high - low)
  return (
    <g class="axes">
      {xTicks.map((tick) => (
        <text key={`x${tick}`} x={part(tick, window.x) * side} y={side + 22} text-anchor="middle">
          {tickText(tick)}
        </text>
      ))}
      {yTicks.map((tick) => (
        <text key={`y${tick}`} x={-9} y={(1 - part(tick, window.y)) * side + 5.5} text-anchor="end">
          {tickText(tick)}
        </text>
      ))}
      <text class="name" x={side / 2} y={side + 46} text-anchor="middle">
        {labels[0]}
      </text>
      <text class="name" transform={`translate(${-LEFT + 16} ${side / 2}) rotate(-90)`} text-anchor="middle">
        {labels[1]}
      </text>
    </g>
  )
}
