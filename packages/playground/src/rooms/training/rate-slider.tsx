/**
 * A learning rate on a slider of round steps.
 *
 * @module
 */
import { useId } from "preact/hooks"
import { rates } from "./settings.ts"

/** What {@link RateSlider} is given. */
export interface RateSliderProps {
  /** Whose it is, for who does not see where it stands. */
  readonly of: string
  readonly rate: number
  /** Called when the slider is let go of, and at each step of the keyboard. */
  readonly change: (rate: number) => void
}

/** The slider. A rate of an address that is between two steps stays as it is. */
export function RateSlider({ of, rate, change }: RateSliderProps) {
  const id = useId()
  const nearest = rates.reduce(
    (best, other, i) => (Math.abs(Math.log(other / rate)) < Math.abs(Math.log((rates[best] ?? 1) / rate)) ? i : best),
    0
  )
  return (
    <div class="rate">
      <label for={id}>
        Learning rate <span class="hidden">of {of}</span> <output>{rate}</output>
      </label>
      <input
        id={id}
        type="range"
        min="0"
        max={rates.length - 1}
        step="1"
        value={nearest}
        aria-valuetext={String(rate)}
        onChange={({ currentTarget }) => change(rates[Number(currentTarget.value)] ?? rate)}
      />
    </div>
  )
}
