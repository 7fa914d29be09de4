// Two objectives in units that differ by a million. UPGrad with the ridge of the paper's runs lets the short gradient be
// overruled; the strict ridge does not, since UPGrad itself is linear under scaling. To make the unit immaterial
// altogether, divide each gradient by its length, or by the value of its objective.
import { Dualcone, type GramianAggregator, lossScaled, strict, unitNorm, upgrad } from "dualcone"

const unit = 1e6
const metres = [
  [-4, 1, 1],
  [6, 1, 1]
]
const [first = [], second = []] = metres
const micrometres = [first, second.map((entry) => unit * entry)]

await using dualcone = await Dualcone.make()
const methods: readonly (readonly [string, GramianAggregator])[] = [
  ["UPGrad, paper's ridge", upgrad()],
  ["UPGrad, strict ridge", upgrad({ ridge: strict })],
  ["unit norm", unitNorm({ weighting: upgrad() })],
  ["loss scaled", lossScaled({ weighting: upgrad() })]
]
for (const [label, aggregator] of methods) {
  const { direction } = dualcone.aggregate(aggregator, metres, [2, 3])
  const rescaled = dualcone.aggregate(aggregator, micrometres, [2, 3 * unit]).direction
  const gain = first.reduce((sum, entry, k) => sum + entry * (rescaled[k] ?? 0), 0)
  const change = Math.max(...rescaled.map((entry, k) => Math.abs(entry - (direction[k] ?? 0))))
  console.log(
    `${label}: the first objective gains ${gain.toPrecision(4)}; the unit changed the direction by ${change.toPrecision(3)}`
  )
}

// Linear under scaling: the direction with the second row times 1, plus that with it times 2, is twice that with 1.5.
const scaled = (scale: number) =>
  dualcone.aggregate(upgrad({ ridge: strict }), [first, second.map((entry) => scale * entry)]).direction
const [once, twice, between] = [scaled(1), scaled(2), scaled(1.5)]
const gap = Math.max(...between.map((entry, k) => Math.abs(2 * entry - (once[k] ?? 0) - (twice[k] ?? 0))))
console.log(`A(1) + A(2) - 2 A(1.5), largest entry: ${gap.toExponential(0)}`)
