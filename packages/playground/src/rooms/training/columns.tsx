/**
 * The two columns, the mean's and its rival's: rows of panels with equal axes.
 *
 * @module
 */
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import { BatchRow } from "./batch-row.tsx"
import { LossRow, SmallRow } from "./curve-rows.tsx"
import type { Model } from "./model.ts"
import type { Side } from "./protocol.ts"
import { RateSlider } from "./rate-slider.tsx"
import { Row } from "./row.tsx"

/** What the columns are given. */
export interface ColumnsProps {
  readonly model: Model
}

/** All rows. */
export function Columns({ model }: ColumnsProps) {
  const { settings } = model.task.value
  const methods = { mean: "mean", rival: settings.rival } as const
  const curves = model.curves.value
  const picture = model.picture.value
  const settled = model.settled.value
  const steps = model.begun.value?.iterations ?? 1
  const title = (side: Side) => methodTitle(methods[side])
  return (
    <div class="columns">
      <Row
        name="heads"
        of={(side) => {
          const { textColour } = methodStyle(methods[side])
          return (
            <>
              <h2 style={{ color: textColour }}>{side === "mean" ? "The mean" : title(side)}</h2>
              <RateSlider
                of={side === "mean" ? "the mean" : title(side)}
                rate={settings.rates[side]}
                change={(rate) => model.restart({ rates: { ...settings.rates, [side]: rate } })}
              />
            </>
          )
        }}
      />
      <LossRow curves={curves} methods={methods} steps={steps} />
      <SmallRow {...{ curves, methods, steps, picture, settled }} />
      {picture !== null && settled !== null && <BatchRow {...{ model, methods, picture, settled }} />}
    </div>
  )
}
