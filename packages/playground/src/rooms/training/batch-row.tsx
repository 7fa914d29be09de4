/**
 * A batch as both runs met it: its digits by weight, its Gramian, and the pairs that disagree most.
 *
 * @module
 */
import { methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import { ContactSheet, HURT, risesOf } from "./contact-sheet.tsx"
import { DigitPair } from "./digit-picture.tsx"
import { cosineOf, worstPairs } from "./disagreement.ts"
import { HeatMap } from "./heat-map.tsx"
import type { Model, Pair } from "./model.ts"
import { type Picture, type Side, sides } from "./protocol.ts"
import { type Methods, Row } from "./row.tsx"

/** What {@link BatchRow} shows. */
export interface BatchRowProps {
  readonly model: Model
  readonly methods: Methods
  readonly picture: Picture
  readonly settled: number
}

/** The rows of one batch. */
export function BatchRow({ model, methods, picture, settled }: BatchRowProps) {
  const { settings } = model.task.value
  const choose = (pair: Pair) => {
    model.chosen.value = pair
  }
  const worst = worstPairs(picture.rival.gramian, settled, 1)[0] ?? { row: 0, column: 1 }
  const pair = model.chosen.value ?? worst
  const m = picture.labels.length
  const within = { row: Math.min(pair.row, m - 1), column: Math.min(pair.column, m - 1) }
  return (
    <>
      <Key />
      <Row
        name="batch"
        of={(side) => {
          const rises = risesOf(picture, side, settings.rates[side])
          const hurt = rises.filter((rise) => rise > HURT).length
          const weights = Array.from(picture[side].weights, (weight) => weight * m)
          const [least, most] = [Math.min(...weights), Math.max(...weights)]
          const title = methodTitle(methods[side])
          const said =
            hurt === 0
              ? `To first order, step ${picture.iteration} raises the loss of none of ${m} digits.`
              : `To first order, step ${picture.iteration} raises the loss of ${hurt} of ${m} digits, by up to ${decimals(Math.max(...rises))}.`
          const weighed =
            most - least < 1e-9
              ? "Every digit has the same weight."
              : `Weights ${decimals(least, 1)} to ${decimals(most, 1)} times the mean's.`
          return (
            <>
              <figure>
                <ContactSheet
                  {...{ picture, side, method: methods[side], learningRate: settings.rates[side] }}
                  label={`The ${m} digits of the batch, sorted by class, in borders as thick as their weights under ${title}. ${said}`}
                />
                <figcaption>
                  <strong class={hurt > 0 ? "hurt" : "unhurt"}>{said}</strong> {weighed}
                </figcaption>
              </figure>
              <figure>
                <HeatMap
                  {...{ picture, side, settled, choose, chosen: within }}
                  label={`Gramian of the batch under ${title}, ordered by class. The arrow keys choose a pair.`}
                />
                <figcaption>
                  <ChosenPair picture={picture} side={side} pair={within} />
                </figcaption>
              </figure>
            </>
          )
        }}
      />
      <p class="hidden" aria-live={model.phase.value === "running" ? "off" : "polite"}>
        {model.chosen.value !== null &&
          sides
            .map(
              (side) =>
                `${methodTitle(methods[side])}: ${decimals(cosineOf(picture[side].gramian, within.row, within.column))}`
            )
            .join(", ")}
      </p>
      <Row
        name="worst"
        of={(side) => {
          const pairs = worstPairs(picture[side].gramian, settled, 3)
          return (
            <>
              <h3>Disagree most</h3>
              {pairs.length === 0 && <p class="soft">No pair of this batch is left that disagrees.</p>}
              <ul class="pairs">
                {pairs.map(({ row, column, cosine }, i) => (
                  <li key={i}>
                    <button type="button" onClick={() => choose({ row, column })}>
                      <DigitPair picture={picture} row={row} column={column} />
                      <span class="hidden">{`${picture.labels[row]} and ${picture.labels[column]}: cosine `}</span>
                      <span class="cosine">{decimals(cosine)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )
        }}
      />
    </>
  )
}

function ChosenPair({ picture, side, pair }: { readonly picture: Picture; readonly side: Side; readonly pair: Pair }) {
  const { row, column } = pair
  const cosine = cosineOf(picture[side].gramian, row, column)
  const word = cosine < 0 ? "disagree" : "agree"
  return (
    <span class="chosen">
      <DigitPair picture={picture} row={row} column={column} />
      <span>
        {row === column
          ? `One ${picture.labels[row]}, with itself: `
          : `${picture.labels[row]} and ${picture.labels[column]} ${word}: `}
        <strong class={cosine < 0 ? "hurt" : "agree"}>{decimals(cosine)}</strong>
      </span>
    </span>
  )
}

/** What the colours of the batch say. */
function Key() {
  return (
    <ul class="key">
      <li>Thick border: large weight</li>
      <li>
        <span class="corner" /> loss raised by more than {HURT}
      </li>
      <li>
        <span class="red" /> two digits disagree
      </li>
      <li>
        <span class="blue" /> agree
      </li>
      <li>
        <span class="blank" /> settled
      </li>
    </ul>
  )
}
