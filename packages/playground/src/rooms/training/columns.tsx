/**
 * The two columns, the mean's and its rival's: rows of panels with equal axes.
 *
 * @module
 */
import { smoothed } from "@dualcone/descent"
import type { ComponentChildren } from "preact"
import { methodStyle, methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import { ContactSheet, HURT, risesOf } from "./contact-sheet.tsx"
import { type Curve, CurvePanel } from "./curve-panel.tsx"
import { DigitPair } from "./digit-picture.tsx"
import { cosineOf, disagreements, worstPairs } from "./disagreement.ts"
import { HeatMap } from "./heat-map.tsx"
import type { Curves, Model, Pair } from "./model.ts"
import { type Picture, type Side, sides } from "./protocol.ts"
import { RateSlider } from "./rate-slider.tsx"

/** Weight of the newest loss in the thick lines. */
const SMOOTHING = 0.2

/** What the columns are given. */
export interface ColumnsProps {
  readonly model: Model
}

/** A row: the same of both sides. */
function Row({ name, of }: { readonly name: string; readonly of: (side: Side) => ComponentChildren }) {
  return (
    <div class={`row ${name}`}>
      {sides.map((side) => (
        <div key={side}>{of(side)}</div>
      ))}
    </div>
  )
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
      {picture !== null && settled !== null && <Key />}
      {picture !== null && settled !== null && <BatchRow {...{ model, methods, picture, settled }} />}
    </div>
  )
}

/** What the colours of the batch say. */
function Key() {
  return (
    <ul class="key">
      <li>Thick border: large weight</li>
      <li>
        <span class="corner" /> hurt by this step
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

const other = { mean: "rival", rival: "mean" } as const

interface RowProps {
  readonly curves: Curves
  readonly methods: Readonly<Record<Side, string>>
  readonly steps: number
}

function LossRow({ curves, methods, steps }: RowProps) {
  const thick = { mean: smooth(curves.losses.mean), rival: smooth(curves.losses.rival) }
  const highest = Math.max(2.5, ...thick.mean, ...thick.rival)
  const top = Math.min(10, Math.ceil(highest * 2) / 2)
  const ticks = Array.from({ length: Math.floor(top) + 1 }, (_, i) => i).filter((tick) => top <= 5 || tick % 2 === 0)
  return (
    <Row
      name="losses"
      of={(side) => {
        const now = thick[side].at(-1)
        const lines: readonly Curve[] = [
          { method: methods[side], weight: "thin", points: numbered(curves.losses[side]) },
          { method: methods[other[side]], weight: "ghost", points: numbered(thick[other[side]]) },
          { method: methods[side], weight: "thick", points: numbered(thick[side]) }
        ]
        return (
          <>
            <h3>
              Loss of each batch <output>{now === undefined ? "" : decimals(now, 3)}</output>
            </h3>
            <CurvePanel
              {...{ height: 192, steps, top, bottom: 0, ticks, withSteps: true, curves: lines }}
              label={`Mean loss of each batch under ${methodTitle(methods[side])}, by step${now === undefined ? "" : `; smoothed it is now ${decimals(now, 3)}`}`}
            />
          </>
        )
      }}
    />
  )
}

interface SmallRowProps extends RowProps {
  readonly picture: Picture | null
  readonly settled: number | null
}

/** Similarity, and the pairs that disagree, side by side. */
function SmallRow(props: SmallRowProps) {
  return (
    <Row
      name="smaller"
      of={(side) => (
        <div class="small">
          <Similarity {...props} side={side} />
          <Disagreement {...props} side={side} />
        </div>
      )}
    />
  )
}

const SMALL = 56
const MOST_DOTS = 40

function Similarity({ curves, methods, steps, side }: SmallRowProps & { readonly side: Side }) {
  const both = curves.similarities
  const now = both[side].at(-1)
  const lowest = [...both.mean, ...both.rival].some((value) => value < 0) ? -1 : 0
  return (
    <div>
      <h3>
        Similarity <output>{now === undefined ? "" : decimals(now)}</output>
      </h3>
      <CurvePanel
        {...{ height: SMALL, steps, top: 1, bottom: lowest, ticks: [lowest, 1], withSteps: false }}
        label={`Cosine of the step of ${methodTitle(methods[side])} and the mean gradient, by step${now === undefined ? "" : `; now ${decimals(now)}`}`}
        curves={[
          { method: methods[other[side]], weight: "ghost", points: numbered(both[other[side]]) },
          { method: methods[side], weight: "thick", points: numbered(both[side]) }
        ]}
      />
    </div>
  )
}

function Disagreement({ curves, methods, steps, picture, settled, side }: SmallRowProps & { readonly side: Side }) {
  const m = picture?.labels.length ?? 2
  const all = (m * (m - 1)) / 2
  const now = picture === null || settled === null ? null : disagreements(picture[side].gramian, settled)
  const points = (of: Side) => curves.disagreements.map(({ iteration, pairs }) => [iteration, pairs[of]] as const)
  return (
    <div>
      <h3>
        Pairs that disagree <output>{now === null ? "" : `${now} of ${all}`}</output>
      </h3>
      <CurvePanel
        {...{ height: SMALL, steps, top: all, bottom: 0, ticks: [0, all], withSteps: false }}
        label={`Pairs of the batch that disagree under ${methodTitle(methods[side])}, by step${now === null ? "" : `; now ${now} of ${all}`}`}
        curves={[
          { method: methods[other[side]], weight: "ghost", points: points(other[side]) },
          {
            method: methods[side],
            weight: "thick",
            points: points(side),
            dots: curves.disagreements.length <= MOST_DOTS
          }
        ]}
      />
    </div>
  )
}

interface BatchRowProps {
  readonly model: Model
  readonly methods: Readonly<Record<Side, string>>
  readonly picture: Picture
  readonly settled: number
}

function BatchRow({ model, methods, picture, settled }: BatchRowProps) {
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
              ? `Step ${picture.iteration} raises the loss of none of ${m} digits.`
              : `Step ${picture.iteration} raises the loss of ${hurt} of ${m} digits, by up to ${decimals(Math.max(...rises))}.`
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

function smooth(values: readonly number[]): readonly number[] {
  return Array.from(smoothed(values, SMOOTHING))
}

function numbered(values: readonly number[]): Curve["points"] {
  return values.map((value, i) => [i + 1, value] as const)
}
