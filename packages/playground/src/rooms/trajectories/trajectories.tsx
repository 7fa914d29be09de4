/**
 * Trajectories: who gets stuck, who zig-zags, who trades one objective away.
 *
 * @module
 */
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect, useMemo } from "preact/hooks"
import type { RoomProps } from "../../room.ts"
import { methodTitle } from "../../ui/method-style.ts"
import { Choices, Methods, ownStart } from "./choices.tsx"
import { endStateText } from "./end-state.ts"
import { EndTable } from "./end-table.tsx"
import { Key } from "./key.tsx"
import { type Job, jobKey, type Place, type ProblemChoice, type Ran } from "./messages.ts"
import { openPathStore, type PathStore } from "./path-store.ts"
import { Player } from "./player.tsx"
import { SpaceView } from "./space-view.tsx"
import { problemOf, readState, writeState } from "./state.ts"

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
