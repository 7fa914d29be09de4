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

/** The space. */
export function SpaceView({ space, index, paths, update, focused, onFocus, own, onStart }: SpaceViewProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const side = Math.max(200, Math.min(LARGEST, width.value - LEFT - RIGHT))
  const lines = useMemo(
    () => new Map(paths.map((path) => [jobKey(path.job), drawnLine(path.lines[index] ?? NO_LINE)])),
    [paths, index]
  )
  const title = space.name === "parameters" ? "Parameters" : "Objectives"
  // Dashed paths lie over solid ones, so that both are seen where they run together.
  const ordered = [...paths].sort((a, b) => Number(isDashed(a)) - Number(isDashed(b)))
  const start = (event: MouseEvent) => {
    if (onStart === null || !(event.currentTarget instanceof SVGElement)) return
    const corner = event.currentTarget.ownerSVGElement?.getBoundingClientRect()
    if (corner === undefined) return
    const [right, down] = [event.clientX - corner.left - LEFT, event.clientY - corner.top - TOP]
    onStart(inWindow(space, right / side, down / side))
  }
  return (
    <div ref={ref} class="space">
      <h2>{title}</h2>
      {width.value === 0 ? null : (
        // biome-ignore lint/a11y/useSemanticElements: HTML has no group that draws.
        <svg role="group" aria-label={title} width={LEFT + side + RIGHT} height={TOP + side + BOTTOM}>
          <g transform={`translate(${LEFT} ${TOP})`}>
            <clipPath id={`clip-${space.name}`}>
              <rect width={SIDE} height={SIDE} />
            </clipPath>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: the ring of a start of one's own is moved by keys. */}
            <g
              class={onStart === null ? "square" : "square open"}
              transform={`scale(${side / SIDE})`}
              clip-path={`url(#clip-${space.name})`}
              onClick={start}
            >
              <Ground svg={space.ground} />
              <g class={focused === null ? "runs" : "runs dimmed"}>
                {ordered.map((path) => (
                  <Path
                    key={jobKey(path.job)}
                    path={path}
                    line={lines.get(jobKey(path.job))}
                    update={update}
                    isFocused={focused === jobKey(path.job)}
                    onFocus={onFocus}
                  />
                ))}
              </g>
            </g>
            <rect class="frame" width={side} height={side} />
            {own === null || onStart === null ? null : (
              <StartHandle space={space} side={side} at={own} onMove={onStart} />
            )}
            <Numbers paths={paths} lines={lines} scale={side / SIDE} />
            <Axes space={space} side={side} />
          </g>
        </svg>
      )}
    </div>
  )
}

const NO_LINE = { points: new Float32Array(), updates: new Uint32Array() }

const isDashed = ({ job }: Ran) => methodStyle(job.method).dashed

/** Coordinates of a point of the square, given as parts of its side. */
function inWindow({ window: { x, y } }: SpacePicture, right: number, down: number): Place {
  const between = ([low, high]: Place, part: number) => {
    const digits = 10 ** Math.max(0, 3 - Math.ceil(Math.log10(high - low)))
    return Math.round((low + part * (high - low)) * digits) / digits
  }
  return [between(x, right), between(y, 1 - down)]
}

/** The worker's own SVG. */
function Ground({ svg }: { svg: string }) {
  return useMemo(() => <g class="ground" dangerouslySetInnerHTML={{ __html: svg }} />, [svg])
}

interface PathProps extends Pick<SpaceViewProps, "update" | "onFocus"> {
  readonly path: Ran
  readonly line: DrawnLine | undefined
  readonly isFocused: boolean
}

function Path({ path, line, update, isFocused, onFocus }: PathProps) {
  const { colour, dashed } = methodStyle(path.job.method)
  const tip = line?.at(update)
  if (line === undefined || tip === undefined || tip === null) return null
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
      <path class="reach" d={d} />
      <path class="line" d={d} style={{ stroke: colour, strokeDasharray: dashed ? "7 4.5" : "none" }} />
      <circle class="start" cx={first[0]} cy={first[1]} r={4.5} />
      {isOver ? (
        <path class="end" d={`M${tip[0]} ${tip[1] - 6}l6 6l-6 6l-6 -6Z`} style={{ fill: colour }} />
      ) : (
        <circle class="end" cx={tip[0]} cy={tip[1]} r={5} style={{ fill: colour }} />
      )}
    </g>
  )
}

interface NumbersProps extends Pick<SpaceViewProps, "paths"> {
  readonly lines: ReadonlyMap<string, DrawnLine>
  readonly scale: number
}

/** The numbers of the starts, where there are several. */
function Numbers({ paths, lines, scale }: NumbersProps) {
  const places = new Map<number, readonly [number, number]>()
  for (const { job } of paths) {
    const place = lines.get(jobKey(job))?.at(0)
    if (job.start.kind === "problem" && place !== null && place !== undefined) places.set(job.start.index, place)
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
