/**
 * The flags that choose the options of an aggregator, made from the parameters of all methods: `--max-norm` for
 * `maxNorm`. Shared by the commands that aggregate.
 *
 * @module
 */
import {
  type Aggregator,
  type GramianAggregator,
  methods,
  type Parameter,
  parseAggregator,
  parseGramianAggregator
} from "@dualcone/aggregation"
import { attempt } from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import { Flag } from "effect/cli"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Other names of some flags: those of the papers and of TorchJD. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  scaleMode: ["scale"],
  trim: ["trim-number"],
  byzantine: ["n-byzantine"],
  selected: ["n-selected"],
  warmupSteps: ["n-warmup-steps"]
}

/** Parameters whose flags would collide with those that some commands have for themselves. */
const OFTEN_TAKEN: ReadonlySet<string> = new Set(["aggregator", "learningRate"])

/** A parameter with the method that has it. */
interface Use extends Parameter {
  readonly method: string
}

/** Entries by a key, in the order in which keys come first. (`Map.groupBy` is younger than Node 20.) */
function groupedBy<A>(entries: readonly A[], keyOf: (entry: A) => string): ReadonlyMap<string, readonly A[]> {
  const groups = new Map<string, A[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return groups
}

/** The seed has a flag of its own, which every method may be given. */
const usesByName: ReadonlyMap<string, readonly Use[]> = groupedBy(
  methods.flatMap(({ name: method, parameters }) =>
    parameters.filter(({ name }) => name !== "seed").map((parameter) => ({ ...parameter, method }))
  ),
  ({ name }) => name
)

/** What the flags hold, by the names of the parameters; which of them a method knows, `parseAggregator` says. */
export interface AggregatorChoice {
  readonly seed: number
  readonly methodOptions: Readonly<Record<string, Option.Option<string>>>
}

const seed = Flag.Int("seed").pipe(Flag.withDescription("For methods that draw (default 0)"), Flag.withDefault(0))

const flagsOf = (accepts: (name: string) => boolean) =>
  Object.fromEntries(
    [...usesByName].filter(([name]) => accepts(name)).map(([name, uses]) => [name, flagOf(name, uses)])
  )

/** A flag for every parameter of every method. */
export const everyAggregatorFlag = { seed, methodOptions: flagsOf(() => true) } as const

/** The same for commands with an `--aggregator` or a `--learning-rate` of their own. */
export const aggregatorFlags = { seed, methodOptions: flagsOf((name) => !OFTEN_TAKEN.has(name)) } as const

function flagOf(name: string, uses: readonly Use[]): Flag.Flag<Option.Option<string>> {
  const flag = Flag.String(kebabCase(name)).pipe(Flag.withDescription(described(uses)))
  const aliases = ALIASES[name] ?? []
  return Flag.optional(aliases.reduce((named, alias) => Flag.withAlias(named, alias), flag))
}

/** "mgda: the step below which …; pcd: added to …": methods with the same meaning together. */
function described(uses: readonly Use[]): string {
  const meanings = groupedBy(uses, (use) => `${use.meaning} (${defaultOf(use)})`)
  return [...meanings].map(([meaning, same]) => `${same.map(({ method }) => method).join(", ")}: ${meaning}`).join("; ")
}

function defaultOf({ default: value }: Parameter): string {
  return value === "required" ? value : `default ${value}`
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The aggregator of a method's name and flags. */
export function chosenAggregator(method: string, choice: AggregatorChoice): Effect.Effect<Aggregator, InputError> {
  return attempt(() => parseAggregator(specificationOf(method, choice), method))
}

/** {@link chosenAggregator}, where there is only a Gramian. */
export function chosenGramianAggregator(
  method: string,
  choice: AggregatorChoice
): Effect.Effect<GramianAggregator, InputError> {
  return attempt(() => parseGramianAggregator(specificationOf(method, choice), method))
}

/** The options that the flags hold, by the names of the parameters, for methods that are not known yet. */
export function aggregatorOptions({ methodOptions }: AggregatorChoice): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given(methodOptions).map(([name, text]) => {
      const uses = usesByName.get(name) ?? []
      // A list where some method takes a list: one number alone is read as a number below.
      const use = uses.find(({ type }) => type === "numbers") ?? uses[0]
      return [name, use === undefined ? text : read(text, use)]
    })
  )
}

function specificationOf(name: string, { seed, methodOptions }: AggregatorChoice): object {
  const method = methods.find((candidate) => candidate.name === name)
  if (method === undefined) {
    const rule = `it must be one of ${methods.map((known) => known.name).join(", ")}`
    throw new InputError({ rule, place: "the method", value: name })
  }
  const options = given(methodOptions).map(([key, text]): [string, unknown] => {
    const parameter = method.parameters.find((candidate) => candidate.name === key)
    // What the method does not know goes on as it is: the parser names it.
    return [key, parameter === undefined ? text : read(text, parameter, seed)]
  })
  return { name, ...Object.fromEntries(options), ...(draws(name) ? { seed } : {}) }
}

function given(options: AggregatorChoice["methodOptions"]): readonly (readonly [name: string, text: string])[] {
  return Object.entries(options).flatMap(([name, option]) =>
    Option.isSome(option) ? [[name, option.value] as const] : []
  )
}

function draws(method: string): boolean {
  return methods.some(({ name, parameters }) => name === method && parameters.some((option) => option.name === "seed"))
}

/** The value of a flag by its parameter's type. @throws InputError for what cannot be read so. */
function read(text: string, parameter: Parameter, seed?: number): unknown {
  const place = `--${kebabCase(parameter.name)}`
  switch (parameter.type) {
    case "text":
      return text
    case "number":
      return parseNumber(text, place)
    case "numbers":
      return parseNumbers(text, parameter, place)
    case "boolean":
      if (text === "true" || text === "false") return text === "true"
      throw new InputError({ rule: "it must be true or false", place, value: text })
    case "aggregator":
      if (text.trimStart().startsWith("{")) return parseJson(text, place)
      return seed !== undefined && draws(text) ? { name: text, seed } : text
  }
}

function parseNumber(text: string, place: string): number {
  const value = Number(text)
  if (text.trim() !== "" && Number.isFinite(value)) return value
  throw new InputError({ rule: "it must be a finite number", place, value: text })
}

/** Numbers with commas. Where the default is one number for all rows, so is a number alone. */
function parseNumbers(text: string, { default: usual }: Parameter, place: string): number | readonly number[] {
  const entries = text.split(",")
  if (entries.length === 1 && Number.isFinite(Number(usual))) return parseNumber(text, place)
  return entries.map((entry, i) => parseNumber(entry, `entry ${i + 1} of ${place}`))
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InputError({ rule: "it must be the name of a method, or JSON with name and options", place, value: text })
  }
}
