/**
 * What can be chosen: problem, starts, methods.
 *
 * @module
 */
import { batch, type ReadonlySignal, type Signal } from "@preact/signals"
import type { RoomProps } from "../../room.ts"
import { copyFrom } from "../../shell/copy-button.ts"
import { MethodChoice } from "../../ui/method-choice.tsx"
import type { Place, ProblemChoice, SpacePicture, Start } from "./messages.ts"
import { allStarts, type TrajectoryState, usualState } from "./state.ts"

/** What {@link Choices} need. */
export interface ChoicesProps extends RoomProps {
  readonly state: Signal<TrajectoryState>
  readonly problem: ReadonlySignal<ProblemChoice>
  readonly problems: readonly ProblemChoice[]
  readonly update: Signal<number>
  /** Where a start of one's own is at first. */
  readonly own: Place
}

/** Problem and starts. */
export function Choices({ address, state, problem, problems, update, own }: ChoicesProps) {
  const { starts } = state.value
  const choose = (next: readonly Start[]) => {
    state.value = { ...state.value, starts: next }
  }
  const all = allStarts(problem.value)
  const isOwn = starts.some(({ kind }) => kind === "own")
  const isAll = !isOwn && starts.length === all.length
  return (
    <div class="settings">
      <label>
        <span>Problem</span>
        <select
          value={state.value.problem}
          onChange={(event) =>
            batch(() => {
              update.value = 0
              state.value = usualState(problems, event.currentTarget.value)
            })
          }
        >
          {problems.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="choices">
        <legend>Starts</legend>
        {all.length < 2 ? null : (
          <button type="button" aria-pressed={isAll} onClick={() => choose(all)}>
            All
          </button>
        )}
        {all.map((start, index) => (
          <button
            key={index}
            type="button"
            aria-label={`Start ${index + 1}`}
            aria-pressed={!isOwn && (all.length === 1 || (!isAll && includes(starts, index)))}
            onClick={() => choose([start])}
          >
            {index + 1}
          </button>
        ))}
        {problem.value.hasPlane ? (
          <button type="button" aria-pressed={isOwn} onClick={() => choose([{ kind: "own", at: own }])}>
            My own
          </button>
        ) : null}
      </fieldset>
      <button type="button" onClick={(event) => copyFrom(event.currentTarget, address.link)}>
        Copy link
      </button>
    </div>
  )
}

/** Which methods are shown, with their lines: the key of the picture. */
export function Methods({ state, problem }: { state: Signal<TrajectoryState>; problem: ProblemChoice }) {
  const { methods } = state.value
  return (
    <fieldset class="shown">
      <legend class="hidden">Methods</legend>
      {problem.methods.map((method) => (
        <MethodChoice
          key={method}
          method={method}
          shown={methods.includes(method)}
          onShow={(_, isShown) => {
            const next = problem.methods.filter((name) => (name === method ? isShown : methods.includes(name)))
            state.value = { ...state.value, methods: next }
          }}
        />
      ))}
    </fieldset>
  )
}

/** A place well inside of the parameters' window. */
export function ownStart(scene: readonly SpacePicture[]): Place {
  const window = scene.find(({ name }) => name === "parameters")?.window
  if (window === undefined) return [0, 0]
  const within = ([low, high]: Place, part: number) => Number((low + part * (high - low)).toPrecision(2))
  return [within(window.x, 0.7), within(window.y, 0.3)]
}

const includes = (starts: readonly Start[], index: number) =>
  starts.some((start) => start.kind === "problem" && start.index === index)
