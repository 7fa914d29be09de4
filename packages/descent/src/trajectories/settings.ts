/**
 * Which methods a problem's picture shows, and with which options.
 *
 * @module
 */
import { type Aggregator, methods, parseAggregator } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"

/** The eleven methods of "Jacobian Descent for Multi-Objective Optimization", Table 1. */
const TABLE_1 = [
  "upgrad",
  "mean",
  "mgda",
  "dualproj",
  "pcgrad",
  "graddrop",
  "imtl-g",
  "cagrad",
  "rgw",
  "nash-mtl",
  "aligned-mtl"
]

/** Methods worth seeing on a problem, in the order of the picture; others can be asked for. */
export function usualMethods(problem: string): readonly string[] {
  if (problem === "ewq" || problem === "cqf") return TABLE_1
  if (problem.startsWith("cr-mogm")) {
    return ["mean", "mgda", "cr-mogm(mgda)", "upgrad", "cr-mogm(upgrad)", "pcgrad", "cr-mogm(pcgrad)", "cagrad"]
  }
  if (problem === "bloop-bias") return ["mixed", "bloop"]
  if (problem.startsWith("bloop")) return ["bloop", "mixed", "priority-pcgrad", "dynamic-barrier"]
  return ["upgrad", "mean", "mgda", "cagrad"]
}

/** Options that the papers' trajectories set, where they are not the methods' defaults. */
const SETTINGS: Readonly<Record<string, object>> = {
  // A ridge this small bends UPGrad's direction by less than the pictures show.
  upgrad: { ridge: { kind: "trace", epsilon: 1e-7 } },
  dualproj: { ridge: { kind: "trace", epsilon: 1e-7 } },
  // In the authors' code a row of zeros ends the descent; by default it is left out instead.
  cagrad: { c: 0.5, zeroRows: "stop" },
  "nash-mtl": { zeroRows: "stop" },
  // The cut-offs of float32, in which the paper's runs were made: without its own IMTL-G sticks to an axis of EWQ.
  "imtl-g": { cutoff: 2 * 1.1920929e-7 },
  "aligned-mtl": { cutoff: 2 * 1.1920929e-7 },
  "cr-mogm": { smoothing: { kind: "corollary-1" } }
}

/**
 * The aggregator of a method's name, or of a wrapper and what it wraps, as in `cr-mogm(mgda)`; `options` go to every
 * method that knows them and override the papers' settings.
 *
 * @throws InputError for a name that is not known, and for an option that breaks its rule
 */
export function trajectoryAggregator(
  text: string,
  options: Readonly<Record<string, unknown>> = {},
  place = "aggregator"
): Aggregator {
  return parseAggregator(specificationOf(text.trim(), options, place), place)
}

function specificationOf(text: string, options: Readonly<Record<string, unknown>>, place: string): object {
  const [, name = text, wrapped] = /^([^()]+)\((.+)\)$/.exec(text) ?? []
  const method = methods.find((candidate) => candidate.name === name)
  if (method === undefined) {
    const rule = `it must be one of ${methods.map((known) => known.name).join(", ")}`
    throw new InputError({ rule, place, value: name })
  }
  const known = Object.fromEntries(
    Object.entries(options).filter(([key]) => method.parameters.some((parameter) => parameter.name === key))
  )
  const inner = method.parameters.find((parameter) => parameter.type === "aggregator")
  const wraps =
    wrapped === undefined || inner === undefined ? {} : { [inner.name]: specificationOf(wrapped, options, place) }
  return { name, ...SETTINGS[name], ...known, ...wraps }
}

/** Names separated by commas. */
export function methodList(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
}
