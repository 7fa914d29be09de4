/**
 * What can be chosen in the room, and how the address says it.
 *
 * @module
 */

/** The methods beside the mean: those with a weight for each example, found from the Gramian. */
export const rivals = [
  "upgrad",
  "dualproj",
  "mgda",
  "cagrad",
  "pcgrad",
  "nash-mtl",
  "imtl-g",
  "aligned-mtl",
  "rgw"
] as const

/** The name of one of {@link rivals}. */
export type Rival = (typeof rivals)[number]

/** Learning rates of the sliders: ten a decade, three digits. */
export const rates: readonly number[] = [0.001, 0.01, 0.1].flatMap((decade) =>
  [1, 1.26, 1.58, 2, 2.51, 3.16, 3.98, 5.01, 6.31, 7.94].map((step) => Number((decade * step).toPrecision(3)))
)

/**
 * Where the sliders start: near the best for each method. UPGrad's and the mean's are those of `dualcone demo` on these
 * digits, the others the best of a sweep on Fashion-MNIST.
 */
export const usualRates: Readonly<Record<Rival | "mean", number>> = {
  mean: 0.2,
  upgrad: 0.1,
  dualproj: 0.2,
  mgda: 0.2,
  cagrad: 0.02,
  pcgrad: 0.00316,
  "nash-mtl": 0.00501,
  "imtl-g": 0.02,
  "aligned-mtl": 0.398,
  rgw: 0.158
}

/** Choices of the selects. */
export const choices = {
  batchSize: [8, 16, 32, 64],
  examples: [256, 1024, 4096],
  epochs: [1, 2, 4, 8, 16]
} as const

/** Engines by the names that configurations have for them. */
export const engines = ["cpu", "webgpu"] as const

/** One of {@link engines}. */
export type EngineChoice = (typeof engines)[number]

/** Everything that decides the bits of the two runs, but for data and parameters from files. */
export interface Settings {
  readonly rival: Rival
  readonly rates: { readonly mean: number; readonly rival: number }
  readonly batchSize: number
  readonly examples: number
  readonly epochs: number
  readonly seed: number
  readonly engine: EngineChoice
}

/** What the room opens with. */
export const usual: Settings = {
  rival: "upgrad",
  rates: { mean: usualRates.mean, rival: usualRates.upgrad },
  batchSize: 32,
  examples: 1024,
  epochs: 8,
  seed: 1,
  engine: "cpu"
}

/** The settings of an address; what it does not say, or says wrongly, is as usual. */
export function settingsOf(parameters: URLSearchParams): Settings {
  const number = (name: string, holds: (value: number) => boolean, otherwise: number) => {
    const value = Number(parameters.get(name) ?? Number.NaN)
    return holds(value) ? value : otherwise
  }
  const isCount = (most: number) => (value: number) => Number.isInteger(value) && value >= 1 && value <= most
  const isRate = (value: number) => value > 0 && value <= 10
  const rival = rivals.find((known) => known === parameters.get("method")) ?? usual.rival
  return {
    rival,
    rates: {
      mean: number("mean-rate", isRate, usualRates.mean),
      rival: number("rate", isRate, usualRates[rival])
    },
    batchSize: number("batch", isCount(64), usual.batchSize),
    examples: number("digits", isCount(9000), usual.examples),
    epochs: number("epochs", isCount(100), usual.epochs),
    seed: number("seed", (value) => Number.isSafeInteger(value) && value >= 0, usual.seed),
    engine: engines.find((known) => known === parameters.get("engine")) ?? usual.engine
  }
}

/** What {@link settingsOf} reads; nothing for what is as usual. */
export function addressOf(settings: Settings): URLSearchParams {
  const { rival, rates: chosen, batchSize, examples, epochs, seed, engine } = settings
  const said = [
    ["method", rival, usual.rival],
    ["rate", chosen.rival, usualRates[rival]],
    ["mean-rate", chosen.mean, usualRates.mean],
    ["batch", batchSize, usual.batchSize],
    ["digits", examples, usual.examples],
    ["epochs", epochs, usual.epochs],
    ["seed", seed, usual.seed],
    ["engine", engine, usual.engine]
  ] as const
  return new URLSearchParams(
    said.flatMap(([name, value, otherwise]) => (value === otherwise ? [] : [[name, String(value)]]))
  )
}
