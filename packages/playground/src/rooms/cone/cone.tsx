/**
 * The cone explorer: drag gradients, and see who is hurt by which method.
 *
 * @module
 */
import { loadWasm, type Wasm } from "@dualcone/wasm"
import { useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { RoomProps } from "../../room.ts"
import { type Answers, aggregateRows, methodNames } from "./aggregate-rows.ts"
import { Controls } from "./controls.tsx"
import { MethodTable } from "./method-table.tsx"
import { PresetButtons } from "./preset-buttons.tsx"
import { presetOf, presets } from "./presets.ts"
import { Stage } from "./stage.tsx"
import { type ConeState, readState, scaledRows, writeState } from "./state.ts"
import { Words } from "./words.tsx"

/** The first view. */
const USUAL: ConeState = {
  rows: presets[0].rows,
  shown: ["upgrad", "mean", "mgda", "dualproj"],
  ridge: "strict",
  scaling: null,
  orbit: { turn: 30, tilt: 20 }
}

/** Said of gradients that are no preset's. */
const OWN = "Wherever the gradients go, the green cone holds the directions along which no objective gets worse."

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
  const answers = useComputed<Answers>(() => {
    const module = wasm.value
    const { shown, ridge } = state.value
    if (module === null) return new Map()
    return new Map(shown.map((method) => [method, aggregateRows(module, method, rows.value, ridge)]))
  })
  const { shown } = state.value
  return (
    <section class="room cone" aria-label="Cone explorer">
      <PresetButtons state={state} />
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
            onShow={(method, isShown) => {
              const next = methodNames.filter((name) => (name === method ? isShown : shown.includes(name)))
              state.value = { ...state.value, shown: next }
            }}
            onFocus={(method) => {
              focused.value = method
            }}
          />
        </div>
      </div>
    </section>
  )
}
