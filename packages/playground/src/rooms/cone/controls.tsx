/**
 * What can be changed beside the gradients themselves.
 *
 * @module
 */
import type { Signal } from "@preact/signals"
import type { RoomProps } from "../../room.ts"
import { copyFrom } from "../../shell/copy-button.ts"
import { decimals } from "../../ui/number-text.ts"
import { type ConeState, MOST_SCALING, withShape } from "./state.ts"
import { rowName } from "./verdict.ts"

/** What {@link Controls} need. */
export interface ControlsProps extends RoomProps {
  readonly state: Signal<ConeState>
}

/** Scaling and the eye's place where there are such, how many gradients, in how many dimensions, the link, the ridge. */
export function Controls({ state, address }: ControlsProps) {
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

/** A slider with its name. */
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
