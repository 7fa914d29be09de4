/**
 * A box that shows or hides a method, with the line that it is drawn by.
 *
 * @module
 */
import { methodStyle, methodTitle } from "./method-style.ts"

/** What a {@link MethodChoice} needs. */
export interface MethodChoiceProps {
  readonly method: string
  readonly shown: boolean
  readonly onShow: (method: string, shown: boolean) => void
  /** Told whether the box has the focus. */
  readonly onFocus?: (hasFocus: boolean) => void
}

/** The box. */
export function MethodChoice({ method, shown, onShow, onFocus }: MethodChoiceProps) {
  const { colour, dashed } = methodStyle(method)
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={shown}
        onChange={(event) => onShow(method, event.currentTarget.checked)}
        onFocus={() => onFocus?.(true)}
        onBlur={() => onFocus?.(false)}
      />
      <svg width="20" height="4" aria-hidden="true">
        <path d="M0 2H20" style={{ stroke: colour, strokeWidth: 4, strokeDasharray: dashed ? "5 3" : "none" }} />
      </svg>
      {methodTitle(method)}
    </label>
  )
}
