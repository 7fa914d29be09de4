/**
 * The methods beside each other: which are shown, their weights, and what they do to each objective.
 *
 * @module
 */
import { MethodChoice } from "../../ui/method-choice.tsx"
import { methodStyle } from "../../ui/method-style.ts"
import { short } from "../../ui/number-text.ts"
import type { Answers, MethodRefusal, MethodResult } from "./aggregate-rows.ts"
import type { Row } from "./state.ts"
import { rowName } from "./verdict.ts"

/** What the table shows. */
export interface MethodTableProps {
  readonly methods: readonly string[]
  /** Of the methods that are shown. */
  readonly answers: Answers
  readonly shown: readonly string[]
  readonly objectives: number
  readonly onShow: (method: string, shown: boolean) => void
  /** A method that stands out while it is pointed at; null for none. */
  readonly onFocus: (method: string | null) => void
}

/** A row a method. A negative bar under J d is an objective that is hurt. */
export function MethodTable({ methods, answers, shown, objectives, onShow, onFocus }: MethodTableProps) {
  const names = Array.from({ length: objectives }, (_, i) => rowName(i))
  return (
    <table class="methods" onMouseLeave={() => onFocus(null)}>
      <caption class="hidden">Weights of each method, and how fast each objective falls along its direction</caption>
      <thead>
        <tr>
          <th class="name" scope="col" rowSpan={2}>
            Method
          </th>
          <th scope="colgroup" colSpan={objectives}>
            Weights
          </th>
          <th scope="colgroup" colSpan={objectives}>
            Progress <i>J d</i>
          </th>
        </tr>
        <tr>
          {["weight", "progress"].map((group) =>
            names.map((name) => (
              <th key={group + name} scope="col">
                {name}
              </th>
            ))
          )}
        </tr>
      </thead>
      <tbody>
        {methods.map((method) => (
          <MethodRow
            key={method}
            method={method}
            answer={answers.get(method)}
            shown={shown.includes(method)}
            objectives={objectives}
            onShow={onShow}
            onFocus={onFocus}
          />
        ))}
      </tbody>
    </table>
  )
}

interface MethodRowProps extends Pick<MethodTableProps, "objectives" | "onShow" | "onFocus"> {
  readonly method: string
  readonly answer: MethodResult | MethodRefusal | undefined
  readonly shown: boolean
}

function MethodRow({ method, answer, shown, objectives, onShow, onFocus }: MethodRowProps) {
  const { colour } = methodStyle(method)
  return (
    <tr data-method={method} onMouseEnter={() => onFocus(shown ? method : null)}>
      <th class="name" scope="row">
        <MethodChoice
          method={method}
          shown={shown}
          onShow={onShow}
          onFocus={(hasFocus) => onFocus(hasFocus && shown ? method : null)}
        />
      </th>
      {answer?.kind === "refusal" ? (
        <td class="refusal" colSpan={2 * objectives}>
          {answer.reason}
        </td>
      ) : (
        <>
          <Cells values={answer === undefined ? [] : answer.weights} count={objectives} kind="weight" colour={colour} />
          <Cells values={answer?.progress ?? []} count={objectives} kind="progress" colour="var(--agreement)" />
        </>
      )}
    </tr>
  )
}

/** A full bar stands for this much at least: what is nothing but rounding has none. */
const LEAST_SCALE = 0.02

interface CellsProps {
  /** Null: the method has none. Empty: they are not shown. */
  readonly values: Row | null
  readonly count: number
  readonly kind: "weight" | "progress"
  readonly colour: string
}

/** Numbers over bars, all of one scale. */
function Cells({ values, count, kind, colour }: CellsProps) {
  if (values === null) {
    return (
      <td class="none" colSpan={count}>
        by coordinate
      </td>
    )
  }
  const most = Math.max(LEAST_SCALE, ...values.map(Math.abs))
  return Array.from({ length: count }, (_, i) => {
    const value = values[i]
    if (value === undefined) return <td key={rowName(i)} />
    const isNegative = short(value).startsWith("−")
    const part = (50 * Math.abs(value)) / most
    const from = value < 0 ? 50 - part : 50
    return (
      <td key={rowName(i)} data-kind={kind} class={isNegative ? "negative" : ""}>
        {short(value)}
        <span class="measure">
          <span
            style={{
              left: `${from}%`,
              width: `${part}%`,
              background: value < 0 ? "var(--conflict)" : colour
            }}
          />
        </span>
      </td>
    )
  })
}
