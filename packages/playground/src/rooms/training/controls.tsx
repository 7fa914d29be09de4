/**
 * Run, pause, step and restart, and what can be chosen.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks"
import { methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import type { Model } from "./model.ts"
import { choices, type EngineChoice, engines, type Rival, rivals, type Settings, usualRates } from "./settings.ts"

/** What the controls are given. */
export interface ControlsProps {
  readonly model: Model
}

/** The buttons and the word on where the runs stand. */
export function Buttons({ model }: ControlsProps) {
  const phase = model.phase.value
  const words = { loading: "Run", running: "Pause", resting: "Run", ended: "Run again", failed: "Run again" } as const
  const press = {
    loading: model.run,
    running: model.pause,
    resting: model.run,
    ended: model.again,
    failed: model.again
  }
  const rests = phase === "running" || phase === "resting"
  return (
    <div class="buttons">
      <button type="button" class="run" disabled={phase === "loading"} onClick={press[phase]}>
        {words[phase]}
      </button>
      <button type="button" disabled={!rests} onClick={model.step}>
        One step
      </button>
      <button type="button" onClick={() => model.restart()}>
        Restart
      </button>
      <p class={phase === "failed" ? "hurt" : ""} role={phase === "failed" ? "alert" : undefined}>
        {wordOf(model)}
      </p>
      <Announcer model={model} />
    </div>
  )
}

function wordOf({ phase, word, begun, curves }: Model): string {
  const made = curves.value.losses.mean.length
  switch (phase.value) {
    case "loading":
      return `Loading ${word.value} …`
    case "failed":
      return word.value
    default: {
      const { iterations, iterationsPerEpoch } = begun.value ?? { iterations: 0, iterationsPerEpoch: 1 }
      const epoch = Math.max(1, Math.ceil(made / iterationsPerEpoch))
      return `Step ${made} of ${iterations}, epoch ${epoch}`
    }
  }
}

/** Between two words to who does not see the page. */
const QUIET = 5000

/** Says where the runs stand, seldom enough to be listened to. */
function Announcer({ model }: ControlsProps) {
  const [said, say] = useState("")
  useEffect(() => {
    const tell = () => {
      const { mean, rival } = model.curves.value.losses
      const [a, b] = [mean.at(-1), rival.at(-1)]
      const losses = a === undefined || b === undefined ? "" : `: loss ${decimals(a)} and ${decimals(b)}`
      const phase = model.phase.value
      say(`${phase === "ended" ? "Ended. " : phase === "resting" ? "Resting. " : ""}${wordOf(model)}${losses}`)
    }
    tell()
    const timer = setInterval(tell, QUIET)
    return () => clearInterval(timer)
  }, [model, model.phase.value])
  return (
    <p class="hidden" aria-live="polite">
      {said}
    </p>
  )
}

/** Method, batches, data and engine. Any change begins both runs anew. */
export function Choices({ model }: ControlsProps) {
  const { settings, files } = model.task.value
  const change = (changed: Partial<Settings>) => model.restart(changed)
  const number = (name: "batchSize" | "examples" | "epochs", label: string) => (
    <label>
      {label}
      <select value={settings[name]} onChange={({ currentTarget }) => change({ [name]: Number(currentTarget.value) })}>
        {[...new Set([...choices[name], settings[name]])]
          .sort((a, b) => a - b)
          .map((value) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
      </select>
    </label>
  )
  return (
    <div class="choices settings">
      <label>
        Method
        <select
          value={settings.rival}
          onChange={({ currentTarget }) => {
            const rival: Rival = rivals.find((known) => known === currentTarget.value) ?? settings.rival
            change({ rival, rates: { ...settings.rates, rival: usualRates[rival] } })
          }}
        >
          {rivals.map((rival) => (
            <option key={rival} value={rival}>
              {methodTitle(rival)}
            </option>
          ))}
        </select>
      </label>
      {number("batchSize", "Batch")}
      {number("examples", files === null ? "Digits" : "Images")}
      {number("epochs", "Epochs")}
      <label>
        Seed
        <input
          type="number"
          min="0"
          step="1"
          value={settings.seed}
          onChange={({ currentTarget }) => {
            const seed = Number(currentTarget.value)
            if (Number.isSafeInteger(seed) && seed >= 0) change({ seed })
            else currentTarget.value = String(settings.seed)
          }}
        />
      </label>
      <fieldset>
        <legend>Engine</legend>
        {engines.map((engine) => (
          <label key={engine} class="check">
            <input
              type="radio"
              name="engine"
              checked={settings.engine === engine}
              disabled={engine === "webgpu" && !("gpu" in navigator)}
              onChange={() => change({ engine })}
            />
            {engineWord(model, engine)}
          </label>
        ))}
      </fieldset>
    </div>
  )
}

function engineWord({ begun, paces }: Model, engine: EngineChoice): string {
  const threads = begun.value?.threads ?? 1
  const name = engine === "webgpu" ? "WebGPU" : `WASM, ${threads} ${threads === 1 ? "thread" : "threads"}`
  if (engine === "webgpu" && !("gpu" in navigator)) return `${name}: not in this browser`
  const pace = paces.value[engine]
  return pace === undefined ? `${name}: not timed yet` : `${name}: ${decimals(pace.rival, 1)} ms a step`
}
