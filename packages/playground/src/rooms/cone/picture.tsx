/**
 * The picture: gradients to drag, the dual cone, projections, and the directions of the methods.
 *
 * @module
 */
import { dragging } from "../../ui/dragging.ts"
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import type { MethodResult } from "./aggregate-rows.ts"
import { Arrow } from "./arrow.tsx"
import { dualConeMiddle, PlaneGround, SpaceGround } from "./ground.tsx"
import { Handle } from "./handle.tsx"
import { type Label, placeLabels } from "./place-labels.ts"
import type { Row } from "./state.ts"
import { rowName } from "./verdict.ts"
import type { View } from "./view.ts"

/** What the picture shows. */
export interface PictureProps {
  readonly view: View
  /** The gradients as they are seen. */
  readonly rows: readonly Row[]
  /** The projection of each row; none before the module is there. */
  readonly projections: readonly Row[]
  readonly results: readonly MethodResult[]
  /** For methods by name, where their tips go as a row is scaled. */
  readonly traces: ReadonlyMap<string, readonly Row[]>
  /** A method that stands out. */
  readonly focused: string | null
  readonly onMove: (index: number, tip: Row) => void
  /** Turns space; told how many pixels the pointer is from where it went down. */
  readonly onTurn: (right: number, down: number) => void
}

/** The picture. */
export function Picture({ view, rows, projections, results, traces, focused, onMove, onTurn }: PictureProps) {
  const { width, height } = view
  const isPlane = rows[0]?.length === 2
  const origin = view.place(rows.map(() => 0))
  const Ground = isPlane ? PlaneGround : SpaceGround
  const ordered = [...results].sort((a, b) => view.nearness(a.direction) - view.nearness(b.direction))
  const opacity = (method: string) => (focused === null || focused === method ? 1 : 0.15)
  return (
    // biome-ignore lint/a11y/useSemanticElements: HTML has no group that draws.
    <svg
      class={isPlane ? "picture" : "picture space"}
      role="group"
      aria-label={isPlane ? "Gradients in a plane" : "Gradients in space"}
      width={width}
      height={height}
      onPointerDown={isPlane ? undefined : (event) => dragging(event, onTurn)}
    >
      <Ground rows={rows} view={view} />
      {projections.map((projection, i) => (
        <Projection key={rowName(i)} row={rows[i] ?? []} projection={projection} view={view} />
      ))}
      {[...traces].map(([method, tips]) => (
        <path
          key={method}
          class="trace"
          d={`M${tips.map((tip) => view.place(tip).join(" ")).join("L")}`}
          style={{ stroke: methodStyle(method).colour, opacity: opacity(method) }}
        />
      ))}
      {ordered.map(({ method, direction }) => (
        <g key={method} data-method={method} data-direction={direction.join(",")} style={{ opacity: opacity(method) }}>
          <Arrow from={origin} to={view.place(direction)} width={3} head={13} {...methodStyle(method)} />
        </g>
      ))}
      {rows.map((row, i) => (
        <g key={rowName(i)} data-row={rowName(i)}>
          {isPlane ? null : <Shadow row={row} view={view} />}
          <Arrow from={origin} to={view.place(row)} colour="var(--title)" width={3.5} head={15} />
        </g>
      ))}
      <Labels view={view} rows={rows} results={results} opacity={opacity} />
      {rows.map((row, i) => (
        <Handle key={rowName(i)} name={rowName(i)} tip={row} view={view} onMove={(tip) => onMove(i, tip)} />
      ))}
    </svg>
  )
}

/** A row's projection, and the way that it was projected. */
function Projection({ row, projection, view }: { row: Row; projection: Row; view: View }) {
  const [from, to] = [view.place(row), view.place(projection)]
  return (
    <g class="projection">
      <path d={`M${from[0]} ${from[1]}L${to[0]} ${to[1]}`} />
      <Arrow from={view.place(row.map(() => 0))} to={to} colour="var(--soft)" width={1.5} head={9} dashed />
    </g>
  )
}

/** Where a tip stands over the ground, without which depth cannot be seen. */
function Shadow({ row, view }: { row: Row; view: View }) {
  const foot = [row[0] ?? 0, row[1] ?? 0, 0]
  const [a, b, c] = [view.place([0, 0, 0]), view.place(foot), view.place(row)]
  return <path class="shadow" d={`M${a.join(" ")}L${b.join(" ")}L${c.join(" ")}`} />
}

interface LabelsProps extends Pick<PictureProps, "view" | "rows" | "results"> {
  readonly opacity: (method: string) => number
}

/** Names at the tips. */
function Labels({ view, rows, results, opacity }: LabelsProps) {
  const origin = view.place(rows.map(() => 0))
  const label = (text: string, tip: Row): Label => {
    const [dx, dy] = [view.place(tip)[0] - origin[0], view.place(tip)[1] - origin[1]]
    // The name of an arrow that leaves the picture stands where it leaves.
    const part = Math.min(1, view.width / 2 / Math.abs(dx), view.height / 2 / Math.abs(dy))
    return { text, x: origin[0] + part * dx, y: origin[1] + part * dy, away: [dx, dy] }
  }
  const middle = dualConeMiddle({ rows, view })
  const words = "nobody is hurt"
  const texts = [
    ...rows.map((row, i) => ({ ...label(rowName(i), row), class: "gradient-name", colour: "var(--title)", faint: 1 })),
    ...results.map(({ method, direction }) => ({
      ...label(methodTitle(method), direction),
      class: "method-name",
      colour: methodStyle(method).textColour,
      faint: opacity(method)
    })),
    ...(middle === null
      ? []
      : [{ text: words, x: middle[0], y: middle[1], away: [0, 0] as const, class: "safe-name", colour: "", faint: 1 }])
  ]
  const tips = [...rows.map((row) => [row, 12] as const), ...results.map(({ direction }) => [direction, 5] as const)]
  const places = placeLabels(
    texts,
    view.width,
    view.height,
    tips.map(([tip, half]) => [...view.place(tip), half] as const)
  )
  return (
    <g>
      {texts.map((text, i) => (
        <text
          key={text.text}
          class={text.class}
          x={places[i]?.left}
          y={places[i]?.base}
          style={{ ...(text.colour === "" ? {} : { fill: text.colour }), opacity: text.faint }}
        >
          {text.text}
        </text>
      ))}
    </g>
  )
}
