/**
 * How the lines of many methods share panels: a few to each, beside the mean and UPGrad.
 *
 * @module
 */
import { dashesAt, type Series } from "@dualcone/experiments"

/** Those that every panel shows, drawn last. */
const REFERENCES = ["mean", "upgrad"]

/** The other methods, by panel. */
const GROUPS: readonly { readonly heading: string; readonly methods: readonly string[] }[] = [
  {
    heading: "By the shortest row, or the cone",
    methods: ["mgda", "aligned-mtl", "pcgrad", "dualproj", "upgrad strict"]
  },
  { heading: "By lengths, worst row, or chance", methods: ["cagrad", "imtl-g", "nash-mtl", "graddrop", "rgw"] },
  { heading: "Averaged weights, main objective", methods: ["cr-mogm(upgrad)", "cr-mogm(mgda)", "bloop", "mixed"] }
]

/** A panel's methods. */
export interface MethodGroup {
  readonly heading: string
  readonly methods: readonly string[]
}

/** The groups of which some method is there, methods of no group in one of their own, each with the references. */
export function methodGroups(methods: readonly string[]): readonly MethodGroup[] {
  const grouped = new Set([...REFERENCES, ...GROUPS.flatMap((group) => group.methods)])
  const others = methods.filter((method) => !grouped.has(method))
  const found = [...GROUPS, { heading: "Others", methods: others }]
    .map((group) => ({ ...group, methods: group.methods.filter((method) => methods.includes(method)) }))
    .filter((group) => group.methods.length > 0)
  const references = REFERENCES.filter((method) => methods.includes(method))
  if (found.length === 0) return [{ heading: "", methods: references }]
  return found.map((group) => ({ ...group, methods: [...group.methods, ...references] }))
}

/** Colour and dashes of a method in its group. Kinds of one method have its colour, and dashes of their own. */
export function styleOf(method: string, place: number): Pick<Series, "method" | "dashes" | "label"> {
  const label = method
  if (REFERENCES.includes(method)) return { method, dashes: 0, label }
  const [name = method, kind] = method.split(" ")
  return { method: name, dashes: kind === undefined ? dashesAt(place) : 1, label }
}
