/**
 * UPGrad against the mean in several settings, a column each.
 *
 * @module
 */
import type { Axis, Chart, Panel } from "./chart/index.ts"
import type { CurvesOf } from "./curve-band.ts"
import { axesOf, conditionsOf, lossAndSimilarity, missingFrom, type Quantity, REFERENCES } from "./curve-figure.ts"
import { type MethodLine, referenceLine, type Setting } from "./settings.ts"

const MOST_COLUMNS = 4

/** Both methods of a setting, as far as they have results. */
export function comparedLines(setting: Setting): readonly MethodLine[] {
  return REFERENCES.flatMap((method) => referenceLine(setting, method) ?? []).filter(({ best }) => best.length > 0)
}

/** Panels with the loss above and the similarity below, over epochs, of which all settings have their own number. */
export function comparison(
  settings: readonly Setting[],
  curves: CurvesOf,
  headingOf: (setting: Setting) => string,
  remarks: readonly string[]
): Pick<Chart, "columns" | "panels" | "remarks"> {
  const compared = settings.map((setting) => {
    const lines = comparedLines(setting)
    return { setting, lines, bands: lines.map((one) => lossAndSimilarity(one, curves, setting.iterationsPerEpoch)) }
  })
  const columns = Math.min(MOST_COLUMNS, compared.length)
  const axes = axesOf(compared.flatMap(({ bands }) => bands))
  const panels: (Panel | null)[] = []
  for (let i = 0; i < compared.length; i += columns) {
    const some = compared.slice(i, i + columns)
    for (const quantity of ["loss", "similarity"] as const) {
      panels.push(...rowOf(quantity, some, axes, headingOf), ...nothings(columns - some.length))
    }
  }
  const [first] = settings
  const shown = compared.flatMap(({ lines }) => lines)
  const conditions = first === undefined ? [] : [[conditionsOf(first, shown), ...remarks, ...axes.remarks].join(" ")]
  const kept = (setting: Setting) => ({ lines: REFERENCES.flatMap((method) => referenceLine(setting, method) ?? []) })
  const missing = settings.flatMap((one) => missingFrom(kept(one)).map((text) => `${headingOf(one)}: ${text}`))
  return { columns, panels, remarks: [...conditions, ...missing] }
}

interface Compared {
  readonly setting: Setting
  readonly bands: readonly ReturnType<typeof lossAndSimilarity>[]
}

function rowOf(
  quantity: Quantity,
  compared: readonly Compared[],
  axes: ReturnType<typeof axesOf>,
  headingOf: (setting: Setting) => string
): readonly Panel[] {
  return compared.map(({ setting, bands }) => {
    const x: Axis = { label: "Epoch", scale: "linear", domain: [0, setting.epochs] }
    return {
      heading: quantity === "loss" ? headingOf(setting) : "",
      height: quantity === "loss" ? 290 : 180,
      x,
      y: axes[quantity],
      series: bands.map((band) => band[quantity])
    }
  })
}

function nothings(count: number): readonly null[] {
  return Array.from({ length: count }, () => null)
}
