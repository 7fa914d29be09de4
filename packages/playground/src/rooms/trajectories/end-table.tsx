/**
 * The methods beside each other: how their paths ended.
 *
 * @module
 */
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import { endStateText } from "./end-state.ts"
import { jobKey } from "./messages.ts"
import type { Outcome } from "./path-store.ts"

/** What the table shows. */
export interface EndTableProps {
  /** In the order of the rows. */
  readonly methods: readonly string[]
  /** Of the paths that are shown; undefined where one is still being run. */
  readonly outcomes: readonly (Outcome | undefined)[]
  readonly onFocus: (key: string | null) => void
}

/** A row a method, a line a start. */
export function EndTable({ methods, outcomes, onFocus }: EndTableProps) {
  return (
    <table class="ends">
      <caption class="hidden">How the paths of each method ended</caption>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">How its paths end</th>
        </tr>
      </thead>
      <tbody>
        {methods.map((method) => (
          <tr key={method} data-method={method}>
            <th scope="row" style={{ color: methodStyle(method).textColour }}>
              {methodTitle(method)}
            </th>
            <td>
              <ul onMouseLeave={() => onFocus(null)}>
                {outcomes.map((outcome) =>
                  outcome?.job.method === method ? (
                    <End key={jobKey(outcome.job)} outcome={outcome} onFocus={onFocus} />
                  ) : null
                )}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function End({ outcome, onFocus }: { outcome: Outcome; onFocus: EndTableProps["onFocus"] }) {
  const { job } = outcome
  const from = job.start.kind === "own" ? "" : `${job.start.index + 1}: `
  if (outcome.kind === "refused") return <li>{`${from}${outcome.reason}`}</li>
  const { kind } = outcome.endState
  return (
    <li
      class={kind}
      data-start={job.start.kind === "own" ? "own" : job.start.index}
      data-end={outcome.end.join(",")}
      data-distance={outcome.distance}
      onMouseEnter={() => onFocus(jobKey(job))}
    >
      {`${from}${endStateText(outcome.endState)}`}
    </li>
  )
}
