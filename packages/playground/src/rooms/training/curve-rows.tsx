/**
 * The curves of both runs, each column with the other's as a ghost: loss, similarity, and pairs that disagree.
 *
 * @module
 */
import { smoothed } from "@dualcone/descent"
import { methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import { type Curve, CurvePanel } from "./curve-panel.tsx"
import { disagreements } from "./disagreement.ts"
import type { Curves } from "./model.ts"
import type { Picture, Side } from "./protocol.ts"
import { type Methods, Row } from "./row.tsx"

/** Weight of the newest loss in the thick lines. */
const SMOOTHING = 0.2

const other = { mean: "rival", rival: "mean" } as const

/** What the curves of both runs are drawn from. */
export interface CurveRowProps {
  readonly curves: Curves
  readonly methods: Methods
  readonly steps: number
}

/** The loss, large. */
export function LossRow({ curves, methods, steps }: CurveRowProps) {
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

/** What {@link SmallRow} is drawn from. */
export interface SmallRowProps extends CurveRowProps {
  readonly picture: Picture | null
  readonly settled: number | null
}

/** Similarity, and the pairs that disagree, side by side. */
export function SmallRow(props: SmallRowProps) {
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

function smooth(values: readonly number[]): readonly number[] {
  return Array.from(smoothed(values, SMOOTHING))
}

function numbered(values: readonly number[]): Curve["points"] {
  return values.map((value, i) => [i + 1, value] as const)
}
