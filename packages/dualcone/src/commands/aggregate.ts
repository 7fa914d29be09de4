/**
 * `dualcone aggregate METHOD [FILE]`: direction, weights and certificate of a Jacobian or a Gramian.
 *
 * @module
 */
import {
  type Aggregator,
  aggregate,
  linearizeGramian,
  linearizeJacobian,
  methods,
  needsJacobian
} from "@dualcone/aggregation"
import { attempt, fileError } from "@dualcone/descent"
import { InputError, loadWasm, type Wasm } from "@dualcone/wasm"
import { Argument, Command } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { chosenAggregator, everyAggregatorFlag } from "./aggregator-flags.ts"
import { required, switchFlag } from "./arguments.ts"
import { printIndentedJson, printJson } from "./output.ts"
import { type Problem, readProblems } from "./problem.ts"

/** One object of what the command prints. */
export interface AggregateResult {
  readonly method: string
  readonly objectives: number
  /** Columns of the Jacobian; null for a Gramian. */
  readonly parameters: number | null
  /** Null for a Gramian. */
  readonly direction: Float64Array | null
  /** Null for a method whose direction is no combination of the rows. */
  readonly weights: Float64Array | null
  readonly certificate: object | null
}

/** Aggregates one problem. */
export function aggregateProblem(
  wasm: Wasm,
  aggregator: Aggregator,
  { kind, matrix, values }: Problem
): AggregateResult {
  const method = aggregator.name
  if (kind === "gramian") {
    if (needsJacobian(aggregator)) {
      const rule = "it needs the rows of the Jacobian; a Gramian is not enough"
      throw new InputError({ rule, place: "the method", value: method })
    }
    if ("rows" in matrix && matrix.rows !== matrix.columns) {
      const place = "the number of columns of the Gramian"
      throw new InputError({ rule: `it must be ${matrix.rows}, as many as rows`, place, value: matrix.columns })
    }
    const gramian = "rows" in matrix ? { objectives: matrix.rows, values: matrix.values } : matrix
    const linearization = linearizeGramian(gramian)
    const { weights, certificate } = aggregate(wasm, aggregator, {
      ...linearization,
      ...(values === undefined ? {} : { values })
    })
    const { objectives } = linearization
    return { method, objectives, parameters: null, direction: null, weights, certificate }
  }
  const jacobian =
    "rows" in matrix ? { objectives: matrix.rows, parameters: matrix.columns, values: matrix.values } : matrix
  const known = linearizeJacobian(jacobian, values)
  // Not NaN each, so that a method that asks for them is told that there are none.
  const linearization = values === undefined ? { ...known, values: new Float64Array(0) } : known
  const { objectives, parameters } = linearization
  return { method, objectives, parameters, ...aggregate(wasm, aggregator, linearization) }
}

const readAll = Effect.fnUntraced(function* (file: Option.Option<string>) {
  if (Option.isSome(file) && file.value !== "-") {
    const files = yield* FileSystem
    const path = file.value
    return { name: path, bytes: yield* files.readFile(path).pipe(Effect.mapError(fileError(path, "read"))) }
  }
  const { stdin } = yield* Stdio.Stdio
  const name = "standard input"
  const chunks = yield* stdin.pipe(Stream.runCollect, Effect.mapError(fileError(name, "read")))
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return { name, bytes }
})

/** The command. */
export const aggregateCommand = Command.make(
  "aggregate",
  {
    method: Argument.String("method").pipe(
      Argument.withDescription(`One of ${methods.map(({ name }) => name).join(", ")}`),
      Argument.optional
    ),
    file: Argument.String("file").pipe(
      Argument.withDescription(
        'JSON ([[…],…], {"jacobian": …} or {"gramian": …}, with "values": […] beside them for methods that look at the losses) or safetensors; standard input when absent or -'
      ),
      Argument.optional
    ),
    list: switchFlag("list", "Print all methods with paper, parameters, properties and what they ask for"),
    ...everyAggregatorFlag
  },
  Effect.fnUntraced(function* (options) {
    if (options.list) {
      const facts = methods.map(({ name, title, paper, formula, asks, random, stateful, parameters, properties }) => {
        return { name, title, paper, formula, asks, random, stateful, parameters, properties }
      })
      return yield* printIndentedJson(facts)
    }
    const rule = `name one of ${methods.map(({ name }) => name).join(", ")}, or ask with --list`
    const method = yield* required(options.method, "METHOD", rule)
    const aggregator = yield* chosenAggregator(method, options)
    const { name, bytes } = yield* readAll(options.file)
    const { batch, problems } = yield* attempt(() => readProblems(bytes, name))
    const wasm = yield* Effect.promise(() => loadWasm())
    const results = yield* attempt(() =>
      problems.map((problem, i) => {
        if (!batch) return aggregateProblem(wasm, aggregator, problem)
        try {
          return aggregateProblem(wasm, aggregator, problem)
        } catch (cause) {
          if (!(cause instanceof InputError)) throw cause
          const { rule, place, value } = cause
          throw new InputError({ rule, place: `${place} of problem ${i}`, value })
        }
      })
    )
    yield* printJson(batch ? results : results[0])
  })
).pipe(
  Command.withDescription("Direction, weights and certificate of a Jacobian or a Gramian, as JSON."),
  Command.withShortDescription("aggregate a Jacobian"),
  Command.withExamples([
    { command: "echo '[[-4,1,1],[6,1,1]]' | dualcone aggregate upgrad", description: "Two conflicting gradients" },
    { command: "dualcone aggregate cr-mogm --weighting mgda problem.json", description: "A method around another" },
    { command: "dualcone aggregate dualproj problems.safetensors --ridge diagonal:1e-8", description: "From a file" }
  ])
)
