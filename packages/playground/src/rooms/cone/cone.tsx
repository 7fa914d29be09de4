/**
 * The cone explorer: drag gradients, and see who is hurt by which method.
 *
 * @module
 */
import { loadWasm, type Wasm } from "@dualcone/wasm"
import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { RoomProps } from "../../room.ts"
import { copyFrom } from "../../shell/copy-button.ts"
import { GramianMatrix } from "../../ui/gramian-matrix.tsx"
import { methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import { useWidth } from "../../ui/use-width.ts"
import { aggregateRows, gramianOf, methodNames, projections } from "./aggregate-rows.ts"
import { MethodTable } from "./method-table.tsx"
import { Picture } from "./picture.tsx"
import { presetOf, presets } from "./presets.ts"
import {
  type ConeState,
  MOST_SCALING,
  type Row,
  readState,
  scaledRows,
  withShape,
  withTip,
  writeState
} from "./state.ts"
import { certificateText, conflictText, rowName, verdict } from "./verdict.ts"
import { planeView, spaceView } from "./view.ts"

const USUAL: ConeState = {
  rows: presets[0].rows,
  shown: ["upgrad", "mean", "mgda", "dualproj"],
  ridge: "strict",
  scaling: null,
  orbit: { turn: 30, tilt: 20 }
}

/** Said of gradients that are no preset's. */
const OWN = "Wherever the gradients go, the green cone holds the directions along which no objective gets worse."

/** Points of the way that a tip takes as a row is scaled. */
const TRACE = 61

/** The room. */
export default function Cone({ address }: RoomProps) {
  const state = useSignal(readState(address.parameters, USUAL, methodNames))
  const wasm = useSignal<Wasm | null>(null)
  const failure = useSignal<string | null>(null)
  const focused = useSignal<string | null>(null)
  useEffect(() => {
    loadWasm().then(
      (loaded) => {
        wasm.value = loaded
      },
      (error: unknown) => {
        failure.value = String(error)
      }
    )
  }, [])
  const isFirst = useSignal(true)
  useSignalEffect(() => {
    const parameters = writeState(state.value)
    // The address of the first view stays bare.
    if (isFirst.peek()) isFirst.value = false
    else address.replace(parameters)
  })
  const rows = useComputed(() => scaledRows(state.value))
  const answers = useComputed(() => {
    const module = wasm.value
    const { shown, ridge } = state.value
    if (module === null) return new Map<string, ReturnType<typeof aggregateRows>>()
    return new Map(shown.map((method) => [method, aggregateRows(module, method, rows.value, ridge)]))
  })
  const change = (next: Partial<ConeState>) => {
    state.value = { ...state.value, ...next }
  }
  const { shown } = state.value
  return (
    <section class="room cone" aria-label="Cone explorer">
      <Presets state={state} />
      <div class="columns">
        <div class="stage">
          <Stage state={state} rows={rows.value} answers={answers.value} wasm={wasm.value} focused={focused.value} />
          <Controls state={state} address={address} />
        </div>
        <div class="figures">
          <p class="lesson">{presetOf(state.value.rows)?.lesson ?? OWN}</p>
          <Words
            isLoading={wasm.value === null && failure.value === null}
            state={state.value}
            rows={rows.value}
            answers={answers.value}
            focused={focused.value}
          />
          {failure.value === null ? null : <p role="alert">The module could not be loaded: {failure.value}</p>}
          <MethodTable
            methods={methodNames}
            answers={answers.value}
            shown={shown}
            objectives={rows.value.length}
            onShow={(method, isShown) =>
              change({
                shown: methodNames.filter((name) => (name === method ? isShown : shown.includes(name)))
              })
            }
            onFocus={(method) => {
              focused.value = method
            }}
          />
        </div>
      </div>
    </section>
  )
}

function Presets({ state }: { state: Signal<ConeState> }) {
  const current = presetOf(state.value.rows)
  return (
    <fieldset class="presets">
      <legend class="hidden">Gradients to start from</legend>
      <div class="choices">
        {presets.map((preset) => (
          <button
            key={preset.name}
            type="button"
            aria-pressed={preset === current}
            onClick={() => {
              state.value = { ...state.value, rows: preset.rows, scaling: preset.scaling }
            }}
          >
            {preset.title}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

type Answers = ReadonlyMap<string, ReturnType<typeof aggregateRows>>

interface StageProps {
  readonly state: Signal<ConeState>
  readonly rows: readonly Row[]
  readonly answers: Answers
  readonly wasm: Wasm | null
  readonly focused: string | null
}

function Stage({ state, rows, answers, wasm, focused }: StageProps) {
  const { ref, width } = useWidth<HTMLDivElement>()
  const height = Math.max(300, Math.min(width.value, 500))
  const { orbit, scaling, ridge } = state.value
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
            const turned = (((turn - right / 2 + 180) % 360) + 360) % 360
            const next = { turn: Math.round(turned - 180), tilt: Math.round(clamp(tilt + down / 2, -90, 90)) }
            state.value = { ...state.value, orbit: next }
          }}
        />
      )}
    </div>
  )

  function trace(module: Wasm, method: string, { rows, scaling }: ConeState): readonly Row[] {
    if (scaling === null) return []
    return Array.from({ length: TRACE }, (_, k) => {
      const factor = (MOST_SCALING * k) / (TRACE - 1)
      const answer = aggregateRows(module, method, scaledRows({ rows, scaling: { ...scaling, factor } }), ridge)
      return answer.kind === "result" ? [answer.direction] : []
    }).flat()
  }
}

function Controls({ state, address }: RoomProps & { state: Signal<ConeState> }) {
  const { rows, scaling, orbit, ridge } = state.value
  const count = rows.length === 2 ? 2 : 3
  const dimensions = rows[0]?.length === 2 ? 2 : 3
  const change = (next: Partial<ConeState>) => {
    state.value = { ...state.value, ...next }
  }
  return (
    <div class="controls">
      <p class="soft">Drag the rings, or reach one by Tab and move it by the arrow keys.</p>
      {scaling === null ? null : (
        <Slider
          label={`Scale ${rowName(scaling.row)} by ${decimals(scaling.factor)}`}
          value={scaling.factor}
          range={[0, MOST_SCALING, 0.05]}
          onInput={(factor) => change({ scaling: { ...scaling, factor } })}
        />
      )}
      {dimensions === 2 ? null : (
        <>
          <Slider
            label="Turn"
            value={orbit.turn}
            range={[-180, 180, 1]}
            onInput={(turn) => change({ orbit: { ...orbit, turn } })}
          />
          <Slider
            label="Tilt"
            value={orbit.tilt}
            range={[-90, 90, 1]}
            onInput={(tilt) => change({ orbit: { ...orbit, tilt } })}
          />
        </>
      )}
      <div class="choices">
        <button
          type="button"
          onClick={() => {
            state.value = withShape(state.value, count === 2 ? 3 : 2, dimensions)
          }}
        >
          {count === 2 ? "Add a gradient" : "Remove a gradient"}
        </button>
        <button
          type="button"
          onClick={() => {
            state.value = withShape(state.value, count, dimensions === 2 ? 3 : 2)
          }}
        >
          {dimensions === 2 ? "Into space" : "Into the plane"}
        </button>
        <button type="button" onClick={(event) => copyFrom(event.currentTarget, address.link)}>
          Copy link
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={ridge === "paper"}
            onChange={(event) => change({ ridge: event.currentTarget.checked ? "paper" : "strict" })}
          />
          Ridge of the paper's runs
        </label>
      </div>
    </div>
  )
}

interface SliderProps {
  readonly label: string
  readonly value: number
  /** Least, most, step. */
  readonly range: readonly [number, number, number]
  readonly onInput: (value: number) => void
}

function Slider({ label, value, range: [min, max, step], onInput }: SliderProps) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </label>
  )
}

interface WordsProps {
  readonly isLoading: boolean
  readonly state: ConeState
  readonly rows: readonly Row[]
  readonly answers: Answers
  readonly focused: string | null
}

/** The Gramian, who is hurt, and what is proved. */
function Words({ state, rows, answers, focused, isLoading }: WordsProps) {
  const said = focused ?? (state.shown.includes("upgrad") ? "upgrad" : state.shown[0])
  const answer = said === undefined ? undefined : answers.get(said)
  const spoken = ["mean", said].flatMap((method) => {
    const found = answers.get(method ?? "")
    return found?.kind === "result" ? [verdict(rows, found)] : []
  })
  return (
    <div class="words">
      <div>
        <h2 class="hidden">Gramian</h2>
        <GramianMatrix values={gramianOf(rows)} names={rows.map((_, i) => rowName(i))} />
      </div>
      <div>
        <p>{conflictText(rows)}</p>
        <p class="verdict" role="status">
          {isLoading ? "The methods are being loaded …" : [...new Set(spoken)].join(" ")}
        </p>
        {answer?.kind === "result" ? (
          <p class="certificate soft">
            {methodTitle(answer.method)}: {certificateText(answer.certificate)}
          </p>
        ) : null}
      </div>
    </div>
  )
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
