/**
 * How methods, data sets and optimizers are called in figures.
 *
 * @module
 */
import { methods } from "@dualcone/aggregation"
import { datasetRecord, isDatasetName } from "@dualcone/datasets"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The specification of an aggregator or optimizer, as the database keeps it. */
const Named = Schema.fromJsonString(
  Schema.StructWithRest(Schema.Struct({ name: Schema.String }), [Schema.Record(Schema.String, Schema.Unknown)])
)
const decodeNamed = Schema.decodeUnknownSync(Named)

const isNamed = Schema.is(Schema.Struct({ name: Schema.String }))

/** The name in a specification's JSON, and what it wraps: `mgda`, `cr-mogm(mgda)`. */
export function methodNameOf(json: string): string {
  const { name, ...options } = decodeNamed(json)
  const inner = Object.values(options).find((value) => isNamed(value) && isMethod(value.name))
  return isNamed(inner) ? `${name}(${inner.name})` : name
}

function isMethod(name: string): boolean {
  return methods.some((method) => method.name === name)
}

/**
 * `UPGrad` for `upgrad`, as the papers write it, and `CAGrad (0.4)` for `cagrad {"c":0.4}`; other labels, which the sweep
 * gives, stay as they are.
 */
export function methodTitle(label: string): string {
  const [, wrapper, wrapped] = /^([^()]+)\((.+)\)$/.exec(label) ?? []
  if (wrapper !== undefined && wrapped !== undefined) return `${methodTitle(wrapper)}(${methodTitle(wrapped)})`
  const [, name = label, options] = /^([^ ]+) (\{.*\})$/.exec(label) ?? []
  const title = methods.find((method) => method.name === name)?.title
  if (title === undefined) return label
  if (options === undefined) return title
  const parsed = decodeOptions(options)
  return Option.isNone(parsed) ? label : `${title} (${leavesOf(parsed.value).join(", ")})`
}

const priorityTitles: Readonly<Record<string, string>> = {
  bloop: "Bloop",
  mixed: "Mixed",
  "priority-pcgrad": "PCGrad",
  "dynamic-barrier": "Dynamic barrier"
}

/** What the paper of Bloop (arXiv 2402.02998) calls a method, where all have a main objective. */
export function priorityTitle(method: string): string {
  return priorityTitles[method] ?? methodTitle(method)
}

const decodeOptions = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

/** The values of an option in the order of the text, without their keys: short, and they still tell kinds apart. */
function leavesOf(value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leavesOf)
  return [typeof value === "string" ? methodTitle(value) : String(value)]
}

/** `Fashion-MNIST` for `fashion-mnist`; labels of one's own stay as they are. */
export function dataSetTitle(label: string): string {
  if (label === "digits") return "MNIST digits"
  return isDatasetName(label) ? datasetRecord(label).title : label
}

const optimizerTitles: Readonly<Record<string, string>> = {
  sgd: "SGD",
  adam: "Adam",
  adamw: "AdamW",
  rmsprop: "RMSProp",
  adagrad: "AdaGrad"
}

/** `Adam` for the optimizers of that name; with their options where the sweep has several of one name. */
export function optimizerTitle(json: string, all: readonly string[]): string {
  const { name, ...options } = decodeNamed(json)
  const title = optimizerTitles[name] ?? name
  const alike = new Set(all.filter((other) => decodeNamed(other).name === name))
  return alike.size > 1 ? `${title} ${JSON.stringify(options)}` : title
}

/** Letters, digits and hyphens of a label, for names of files. */
export function slug(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
}
