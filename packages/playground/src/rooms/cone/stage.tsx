/**
 * The picture in the room that it has, and what moving in it changes.
 *
 * @module
 */
import type { Wasm } from "@dualcone/wasm"
import type { Signal } from "@preact/signals"
import { useWidth } from "../../ui/use-width.ts"
import { type Answers, aggregateRows, projections } from "./aggregate-rows.ts"
import { Picture } from "./picture.tsx"
import { type ConeState, MOST_SCALING, type Row, scaledRows, withTip } from "./state.ts"
import { planeView, spaceView } from "./view.ts"

/** What a {@link Stage} needs. */
export interface StageProps {
  readonly state: Signal<ConeState>
  readonly rows: readonly Row[]
  readonly answers: Answers
  readonly wasm: Wasm | null
  readonly focused: string | null
}

/** Pixels: as high as the picture is wide, within these. */
const LOWEST = 300
const HIGHEST = 500

/** Points of the way that a tip takes as a row is scaled. */
const TRACE = 61

/** Degrees of a pixel. */
const TURN = 0.5

/** The picture. */
export function Stage({ state, rows, answers, wasm, focused }: StageProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const height = clamp(width.value, LOWEST, HIGHEST)
  const { orbit, scaling } = state.value
  const isPlane = rows[0]?.length === 2
  const results = [...answers.values()].flatMap((answer) => (answer.kind === "result" ? [answer] : []))
  const traces = new Map<string, readonly Row[]>()
  if (wasm !== null && scaling !== null) {
    for (const { method } of results) traces.set(method, trace(wasm, method, state.value))
  }
  return (
    <div ref={ref} style={{ height: `${height}px` }}>
      {width.value === 0 ? null : (
        <Picture
          view={isPlane ? planeView(width.value, height) : spaceView(width.value, height, orbit)}
          rows={rows}
          projections={wasm === null ? [] : projections(wasm, rows)}
          results={results}
          traces={traces}
          focused={focused}
          onMove={(index, tip) => {
            state.value = withTip(state.value, index, tip)
          }}
          onTurn={(right, down) => {
            const { turn, tilt } = orbit
            const turned = (((turn - right * TURN + 180) % 360) + 360) % 360
            const next = { turn: Math.round(turned - 180), tilt: Math.round(clamp(tilt + down * TURN, -90, 90)) }
            state.value = { ...state.value, orbit: next }
          }}
        />
      )}
    </div>
  )
}

/** Where the tip of a method goes as the row is scaled from nothing to the most. */
function trace(wasm: Wasm, method: string, { rows, scaling, ridge }: ConeState): readonly Row[] {
  if (scaling === null) return []
  return Array.from({ length: TRACE }, (_, k) => {
    const factor = (MOST_SCALING * k) / (TRACE - 1)
    const answer = aggregateRows(wasm, method, scaledRows({ rows, scaling: { ...scaling, factor } }), ridge)
    return answer.kind === "result" ? [answer.direction] : []
  }).flat()
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
