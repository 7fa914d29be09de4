/** One specification of every method of the list, for tests that go through all of them. */
import { type Aggregator, methods, parseAggregator } from "@dualcone/aggregation"

/** Options that have no default, for m rows of n entries. */
const REQUIRED: Readonly<Record<string, (objectives: number, parameters: number) => object>> = {
  constant: (m) => ({ weights: Array.from({ length: m }, (_, i) => (i + 1) / m) }),
  krum: () => ({ byzantine: 0 }),
  "trimmed-mean": (m) => ({ trim: m > 2 ? 1 : 0 }),
  "cr-mogm": () => ({ weighting: "cagrad" }),
  "unit-norm": () => ({ weighting: "cagrad" }),
  "loss-scaled": () => ({ weighting: "cagrad" }),
  grouped: (_, n) => ({ weighting: "cagrad", groups: n > 1 ? [1, n - 1] : "columns" }),
  momentum: () => ({ aggregator: "cagrad" }),
  "gradient-and-momentum": () => ({ weighting: "cagrad" })
}

/** Options beside the defaults in which a method does more: it draws, remembers, or needs the Jacobian. */
const VARIANTS: Readonly<Record<string, readonly object[]>> = {
  bloop: [
    { average: "after", rho: 0.3 },
    { average: "before", rho: 0.3 }
  ],
  "db-mtl": [{ beta: 0 }],
  dwa: [{ period: 2 }],
  "excess-mtl": [{ warmupSteps: 2 }],
  "meta-balance": [{ beta: 0.9, relax: 0.7 }],
  mgda: [{ solver: "frank-wolfe" }],
  "nash-mtl": [{ solver: "official" }],
  "cr-mogm": [
    { smoothing: "corollary-1", weighting: "pcgrad" },
    { weighting: { name: "cr-mogm", weighting: "gradvac" } },
    { weighting: "famo" }
  ],
  "unit-norm": [{ weighting: "gradvac" }, { weighting: "famo" }],
  "loss-scaled": [{ weighting: "rgw" }],
  grouped: [{ weighting: "modo" }],
  momentum: [{ aggregator: "graddrop" }, { aggregator: "excess-mtl" }],
  "gradient-and-momentum": [{ weighting: "pcgrad" }]
}

/** The method with default options, or the values of {@link REQUIRED} where there is no default. */
export function exampleOf(name: string, objectives: number, parameters: number, options: object = {}): Aggregator {
  return parseAggregator({ name, ...REQUIRED[name]?.(objectives, parameters), ...options })
}

/** A name, and the method of that name in the list with its example and its variants. */
export function examples(objectives: number, parameters: number): readonly (readonly [string, Aggregator])[] {
  return methods.flatMap(({ name }) =>
    [{}, ...(VARIANTS[name] ?? [])].map(
      (options) =>
        [
          Object.keys(options).length === 0 ? name : `${name} ${JSON.stringify(options)}`,
          exampleOf(name, objectives, parameters, options)
        ] as const
    )
  )
}
