/**
 * Trajectories: who gets stuck, who zig-zags, who trades one objective away.
 *
 * @module
 */
import { batch, type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import type { RoomProps } from "../../room.ts"
import { copyFrom } from "../../shell/copy-button.ts"
import { MethodChoice } from "../../ui/method-choice.tsx"
import { methodTitle } from "../../ui/method-style.ts"
import { endStateText } from "./end-state.ts"
import { EndTable } from "./end-table.tsx"
import {
  type Job,
  jobKey,
  type Place,
  type ProblemChoice,
  type Ran,
  type SpacePicture,
  type Start
} from "./messages.ts"
import { openPathStore, type PathStore } from "./path-store.ts"
import { Player } from "./player.tsx"
import { SpaceView } from "./space-view.tsx"
import { allStarts, problemOf, readState, type TrajectoryState, usualState, writeState } from "./state.ts"

/** The room. */
export default function Trajectories(props: RoomProps) {
  const store = useMemo(openPathStore, [])
  useEffect(() => () => store[Symbol.dispose](), [store])
  return (
    <section class="room trajectories" aria-labelledby="trajectories-title">
      <header>
        <h1 id="trajectories-title">Trajectories</h1>
        <p>Who gets stuck, who zig-zags, who trades one objective away: the same start, other methods.</p>
      </header>
      {store.failure.value === null ? null : <p role="alert">The paths cannot be run: {store.failure.value}</p>}
      {store.problems.value.length === 0 ? (
        <p class="wait">The problems are being loaded …</p>
      ) : (
        <Desk {...props} store={store} problems={store.problems.value} />
      )}
    </section>
  )
}

interface DeskProps extends RoomProps {
  readonly store: PathStore
  readonly problems: readonly ProblemChoice[]
}

/** What is chosen, and its picture. */
function Desk({ address, store, problems }: DeskProps) {
  const state = useSignal(readState(address.parameters, problems))
  const focused = useSignal<string | null>(null)
  const update = useSignal(0)
  const problem = useComputed(() => problemOf(problems, state.value.problem))
  const jobs = useComputed<readonly Job[]>(() => {
    const { problem, methods, starts } = state.value
    return starts.flatMap((start) => methods.map((method) => ({ problem, method, start })))
  })
  const isFirst = useSignal(true)
  useSignalEffect(() => {
    const parameters = writeState(state.value, problem.value)
    if (isFirst.peek()) isFirst.value = false
    else address.replace(parameters)
    store.want(state.value.problem, jobs.value)
  })
  const outcomes = useComputed(() => jobs.value.map((job) => store.outcomes.value.get(jobKey(job))))
  const paths = useComputed<readonly Ran[]>(() =>
    outcomes.value.flatMap((outcome) => (outcome?.kind === "ran" ? [outcome] : []))
  )
  const scene = store.scenes.value.get(state.value.problem) ?? []
  const { starts } = state.value
  const [first] = starts
  const own = starts.length === 1 && first?.kind === "own" ? first.at : null
  const startAt = (at: Place) => {
    state.value = { ...state.value, starts: [{ kind: "own", at }] }
  }
  return (
    <>
      <style>{store.fieldStyle.value}</style>
      <Choices
        address={address}
        state={state}
        problem={problem}
        problems={problems}
        update={update}
        own={ownStart(scene)}
      />
      <Methods state={state} problem={problem.value} />
      <Player update={update} steps={Math.max(0, ...paths.value.map(({ steps }) => steps))} key={state.value.problem} />
      <div class="spaces">
        {scene.map((space, index) => (
          <SpaceView
            key={space.name}
            space={space}
            index={index}
            paths={paths.value}
            update={update.value}
            focused={focused.value}
            onFocus={(key) => {
              focused.value = key
            }}
            own={space.name === "parameters" ? own : null}
            onStart={space.name === "parameters" && problem.value.hasPlane ? startAt : null}
          />
        ))}
      </div>
      <Said focused={focused} paths={paths} jobs={jobs} />
      <EndTable
        methods={state.value.methods}
        outcomes={outcomes.value}
        onFocus={(key) => {
          focused.value = key
        }}
      />
      <Key hasField={scene.some(({ hasField }) => hasField)} source={problem.value.source} />
    </>
  )
}

interface ChoicesProps extends RoomProps {
  readonly state: Signal<TrajectoryState>
  readonly problem: ReadonlySignal<ProblemChoice>
  readonly problems: readonly ProblemChoice[]
  readonly update: Signal<number>
  /** Where a start of one's own is at first. */
  readonly own: Place
}

/** Problem and starts. */
function Choices({ address, state, problem, problems, update, own }: ChoicesProps) {
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

/** A place well inside of the parameters' window. */
function ownStart(scene: readonly SpacePicture[]): Place {
  const window = scene.find(({ name }) => name === "parameters")?.window
  if (window === undefined) return [0, 0]
  const within = ([low, high]: Place, part: number) => Number((low + part * (high - low)).toPrecision(2))
  return [within(window.x, 0.7), within(window.y, 0.3)]
}

/** Which methods are shown, with their lines: the key of the picture. */
function Methods({ state, problem }: { state: Signal<TrajectoryState>; problem: ProblemChoice }) {
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

const includes = (starts: readonly Start[], index: number) =>
  starts.some((start) => start.kind === "problem" && start.index === index)

interface SaidProps {
  readonly focused: ReadonlySignal<string | null>
  readonly paths: ReadonlySignal<readonly Ran[]>
  readonly jobs: ReadonlySignal<readonly Job[]>
}

/** The path that is pointed at, or how many are still being run. */
function Said({ focused, paths, jobs }: SaidProps) {
  const path = paths.value.find(({ job }) => jobKey(job) === focused.value)
  const missing = jobs.value.length - paths.value.length
  const waiting =
    missing > 0 ? `${paths.value.length} of ${jobs.value.length} paths` : "Point at a path to see it alone."
  return (
    <p class="said soft" role="status">
      {path === undefined ? waiting : `${methodTitle(path.job.method)}: ${endStateText(path.endState)}.`}
    </p>
  )
}

/** What the shapes mean. */
function Key({ hasField, source }: { hasField: boolean; source: string }) {
  return (
    <div class="key soft">
      <span>
        <svg width="28" height="12" aria-hidden="true">
          <path class="set" d="M3 6H25" />
        </svg>
        Pareto set and front, exact
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <circle class="start" cx="6" cy="6" r="4.5" />
        </svg>
        start
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <path class="end" d="M6 0l6 6l-6 6l-6 -6Z" />
        </svg>
        end
      </span>
      {hasField ? (
        <span>
          gradients conflict
          <svg width="90" height="14" aria-hidden="true">
            {[-12, -9, -6, -3, 0, 3, 6, 9, 12].map((band, k) => (
              <rect key={band} class={`field${band}`} x={k * 10} width="10" height="14" />
            ))}
          </svg>
          agree
        </span>
      ) : null}
      <span>{source}</span>
    </div>
  )
}
