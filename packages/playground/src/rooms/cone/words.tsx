/**
 * The Gramian, who is hurt, and what is proved.
 *
 * @module
 */
import { GramianMatrix } from "../../ui/gramian-matrix.tsx"
import { methodTitle } from "../../ui/method-style.ts"
import { type Answers, gramianOf } from "./aggregate-rows.ts"
import type { ConeState, Row } from "./state.ts"
import { certificateText, conflictText, rowName, verdict } from "./verdict.ts"

/** What {@link Words} say something about. */
export interface WordsProps {
  readonly isLoading: boolean
  readonly state: ConeState
  readonly rows: readonly Row[]
  readonly answers: Answers
  readonly focused: string | null
}

/** Of the mean, and of the method that stands out: UPGrad where none does. */
export function Words({ state, rows, answers, focused, isLoading }: WordsProps) {
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
