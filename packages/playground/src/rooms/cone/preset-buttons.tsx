/**
 * Buttons for the gradients that are worth seeing.
 *
 * @module
 */
import type { Signal } from "@preact/signals"
import { presetOf, presets } from "./presets.ts"
import type { ConeState } from "./state.ts"

/** A button a preset; the one that is shown is pressed. */
export function PresetButtons({ state }: { state: Signal<ConeState> }) {
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
