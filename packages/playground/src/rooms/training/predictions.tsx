/**
 * What both networks see in a drawing.
 *
 * @module
 */
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import { DigitPad } from "./digit-pad.tsx"
import type { Model } from "./model.ts"
import { sides } from "./protocol.ts"

/** The pad, and beside it the classes that each network gives to what is on it. */
export function Predictions({ model }: { readonly model: Model }) {
  const prediction = model.prediction.value
  const { rival } = model.task.value.settings
  const methods = { mean: "mean", rival } as const
  return (
    <section class="predictions" aria-labelledby="draw-title">
      <h2 id="draw-title">Draw a digit</h2>
      <div class="drawing">
        <DigitPad change={(levels) => model.draw(levels)} />
        <div class="seen" aria-live={model.phase.value === "running" ? "off" : "polite"}>
          {sides.map((side) => {
            const shares = prediction?.[side]
            const best = shares === undefined ? null : shares.indexOf(Math.max(...shares))
            const { colour } = methodStyle(methods[side])
            return (
              <div key={side}>
                <h3>
                  {methodTitle(methods[side])}
                  {best === null ? "" : ` sees a ${best}, ${Math.round(100 * (shares?.[best] ?? 0))} %`}
                </h3>
                <div class="classes" aria-hidden="true">
                  {Array.from({ length: 10 }, (_, digit) => (
                    <div key={digit} class={digit === best ? "best" : ""}>
                      <span class="bar">
                        <span style={{ height: `${100 * (shares?.[digit] ?? 0)}%`, background: colour }} />
                      </span>
                      {digit}
                    </div>
                  ))}
                </div>
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}
