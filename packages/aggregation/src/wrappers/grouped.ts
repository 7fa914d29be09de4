/**
 * Groups of columns, each aggregated by itself: per layer, per tensor, or per parameter.
 *
 *     A(J) = [J₁ᵀ W(J₁ J₁ᵀ), …, J_gᵀ W(J_g J_gᵀ)],   J = [J₁, …, J_g]
 *
 * with W the weights of the wrapped method, which is planned once and solves the groups one after another. Grouping by
 * task and layer is what "Gradient Vaccine" (Wang et al. 2021, arXiv 2010.05874) compares; TorchJD's
 * documentation shows it as "grouping".
 *
 * A direction that conflicts with no row in any group conflicts with none as a whole, and a sum of linear maps is
 * linear: non-conflict and linearity under scaling are those of the wrapped method. The groups have their own weights,
 * so that the direction is no combination of whole rows, and `weights` are null. Zero rows and a single row are the
 * wrapped method's affair, in each group. The certificate is that of the worst group: uncertified before certified, then
 * the largest residual.
 *
 * It remembers what the wrapped method does, once a group; methods that draw make the same draws in every group, those
 * that they would make without groups. A method that looks at the values after an update (FAMO) has nothing to gain
 * from groups and is refused.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { GramianAggregator } from "../aggregator.ts"
import type { Certificate } from "../certificate.ts"
import { integer, isNumberList, objectWith } from "../check.ts"
import type { Combination, Size } from "../combination.ts"
import { defineMethod, type Method, type Nested } from "../method.ts"
import { type Columns, jacobianOf, writeGramian, writePullback } from "../row-products.ts"
import type { State } from "../state.ts"
import { planUnobserving } from "./wrapped.ts"

/** The specification of an aggregation by groups of columns. */
export interface Grouped {
  readonly name: "grouped"
  /** The method that weighs the rows of each group. */
  readonly weighting: GramianAggregator
  /** How many columns each group has, in their order; every column for itself; or the layers of a network. */
  readonly groups: readonly number[] | "columns" | "layers"
}

/** Options of {@link grouped}. */
export interface GroupedOptions {
  readonly weighting: GramianAggregator
  /**
   * Whole numbers, at least 1, that add up to the number of columns; `columns`: every column for itself; or `layers`,
   * which an engine of networks turns into the numbers of columns of its layers.
   */
  readonly groups: readonly number[] | "columns" | "layers"
}

/** An aggregation by groups of columns. @throws InputError for an option that breaks its rule. */
export function grouped(options: GroupedOptions): Grouped {
  const { groups } = objectWith(options, "grouped", KEYS)
  return { name: "grouped", weighting: options.weighting, groups: parseGroups(groups, "grouped.groups") }
}

const KEYS = ["name", "weighting", "groups"] as const

export const groupedMethod: Method<Grouped> = defineMethod({
  name: "grouped",
  title: "Groups of columns",
  paper: null,
  formula: "[J_1' W(J_1 J_1'), J_2' W(J_2 J_2'), ...] for J = [J_1, J_2, ...], W the wrapped method",
  parameters: [
    { name: "weighting", type: "aggregator", default: "required", meaning: "method that weighs each group" },
    {
      name: "groups",
      type: "text",
      default: "required",
      meaning: "columns of each group, such as 10,2; columns; or layers"
    }
  ],
  properties: { nonConflicting: false, linearUnderScaling: false, weighted: false },
  parse(value, place, nested) {
    const { weighting, groups } = objectWith(value, place, KEYS)
    return {
      name: "grouped",
      weighting: nested.parseGramian(weighting, `${place}.weighting`),
      groups: parseGroups(groups, `${place}.groups`)
    }
  },
  combine: (_, specification, size, nested) => planGrouped(specification, size, nested)
})

/** Groups from data: a list of lengths, `columns`, `layers`, or lengths as text with commas. */
function parseGroups(value: unknown, place: string): Grouped["groups"] {
  if (value === "columns" || value === "layers") return value
  const lengths: unknown = typeof value === "string" ? value.split(",").map(Number) : value
  if (isNumberList(lengths) && lengths.length > 0) {
    return Array.from(lengths, (length, i) => integer(length, `${place}[${i}]`, 1))
  }
  throw new InputError({ rule: "it must be a list of lengths, columns or layers", place, value })
}

function planGrouped({ weighting, groups }: Grouped, size: Size, nested: Nested): Combination {
  const { objectives, parameters } = size
  const ranges = rangesOf(groups, parameters)
  const wrapped = planUnobserving(nested, weighting, objectives)
  const memory = memoryOfGroups(wrapped.state, ranges.length)
  const gramian = { objectives, values: new Float64Array(objectives * objectives) }
  const direction = new Float64Array(parameters)

  return {
    objectives,
    parameters,
    state: memory.state,
    combine(linearization, into) {
      const rows = jacobianOf(linearization, size)
      let worst: Certificate | null = null
      ranges.forEach((columns, group) => {
        writeGramian(gramian.values, rows, size, columns)
        memory.recall(group)
        const { weights, certificate } = wrapped.weigh(gramian, linearization.values)
        memory.keep(group)
        worst = worseOf(worst, certificate)
        writePullback(direction, rows, weights, size, columns)
      })
      into.set(direction)
      return { weights: null, certificate: worst }
    },
    [Symbol.dispose]: () => wrapped[Symbol.dispose]()
  }
}

function rangesOf(groups: Grouped["groups"], parameters: number): readonly Columns[] {
  if (groups === "layers") {
    const rule = "only the columns of a network have layers; give the number of columns of each group"
    throw new InputError({ rule, place: "the groups", value: groups })
  }
  const lengths = groups === "columns" ? new Array<number>(parameters).fill(1) : groups
  let end = 0
  const ranges = lengths.map((length) => {
    const start = end
    end += length
    return { start, end }
  })
  if (end === parameters) return ranges
  const rule = `it must be ${parameters}, the number of columns`
  throw new InputError({ rule, place: "the sum of the groups", value: end })
}

/** What the wrapped method remembers, once a group. */
interface GroupMemory {
  readonly state: State
  /** Overwrites the wrapped method's memory by that of a group. */
  recall(group: number): void
  /** Writes the wrapped method's memory down as that of a group. */
  keep(group: number): void
}

function memoryOfGroups(wrapped: State, groups: number): GroupMemory {
  const kept = [...wrapped].map(([name, first]) => {
    const all = new Float64Array(groups * first.length)
    for (let group = 0; group < groups; group++) all.set(first, group * first.length)
    return { name, all, length: first.length }
  })
  const ofGroup = (group: number, { all, length }: { readonly all: Float64Array; readonly length: number }) =>
    all.subarray(group * length, (group + 1) * length)
  return {
    state: new Map(kept.map(({ name, all }) => [`wrapped.${name}`, all])),
    recall: (group) => {
      for (const memory of kept) wrapped.get(memory.name)?.set(ofGroup(group, memory))
    },
    keep: (group) => {
      for (const memory of kept) {
        const present = wrapped.get(memory.name)
        if (present !== undefined) ofGroup(group, memory).set(present)
      }
    }
  }
}

/** The certificate that promises less. */
function worseOf(a: Certificate | null, b: Certificate | null): Certificate | null {
  if (a === null || b === null) return a ?? b
  if (a.status !== b.status) return a.status === "uncertified" ? a : b
  return b.residual > a.residual ? b : a
}
