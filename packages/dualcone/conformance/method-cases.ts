/** Every method of the list, three calls each on gradients that change: the same bits in every runtime. */
import { linearizeJacobian, loadWasm, methods, parseAggregator, planAggregator } from "../src/index.ts"
import { bits, type ConformanceCase, holds } from "./case.ts"

const objectives = 5
const parameters = 9

/** Options that have no default. */
const required: Readonly<Record<string, object>> = {
  constant: { weights: [0.1, 0.2, 0.3, 0.2, 0.2] },
  krum: { byzantine: 1 },
  "trimmed-mean": { trim: 1 },
  "cr-mogm": { weighting: "cagrad" },
  "unit-norm": { weighting: "mgda" },
  "loss-scaled": { weighting: "upgrad" },
  grouped: { weighting: "upgrad", groups: [4, 5] },
  momentum: { aggregator: "pcgrad" },
  "gradient-and-momentum": { weighting: "upgrad" }
}

/** Methods of one main and one auxiliary objective. */
const twoObjectives = new Set(["a-gem", "dynamic-barrier", "mtl-moo", "priority-gradvac", "priority-pcgrad"])

/** Gradients of call `call`, from a fixed rule; some pairs conflict. */
function jacobianOf(call: number, m: number) {
  const values = Float64Array.from(
    { length: m * parameters },
    (_, k) => (((k + 3 * call) * 73 + k * k * 29) % 101) / 50 - 1
  )
  const losses = Float64Array.from({ length: m }, (_, i) => 0.5 + ((i * 7 + call * 3) % 5) / 4)
  return linearizeJacobian({ objectives: m, parameters, values }, losses)
}

/** One case a method. */
export const methodCases: readonly ConformanceCase[] = methods.map(({ name }) => ({
  name: `${name}, three calls`,
  async run() {
    const wasm = await loadWasm()
    const m = twoObjectives.has(name) ? 2 : objectives
    const aggregator = parseAggregator({ name, ...required[name] })
    using planned = planAggregator(wasm, aggregator, { objectives: m, parameters })
    let last = new Float64Array(0)
    for (const call of [0, 1, 2]) {
      const { direction } = planned.aggregate(jacobianOf(call, m))
      planned.observe?.(jacobianOf(call, m).values.map((loss) => 0.9 * loss))
      holds(direction.every(Number.isFinite), "the direction is not finite")
      last = Float64Array.from(direction)
    }
    return bits(last)
  }
}))
