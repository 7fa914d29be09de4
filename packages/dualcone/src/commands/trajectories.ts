/**
 * `dualcone trajectories PROBLEM`: paths of Jacobian descent on a problem with a known answer, beside its Pareto set.
 *
 * @module
 */
import {
  attempt,
  attemptStep,
  fileError,
  loadModule,
  type MethodTrajectories,
  methodList,
  problemByName,
  problemNames,
  runTrajectory,
  trajectoryAggregator,
  trajectoryPicture,
  usualMethods,
  writeWhole
} from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { aggregatorFlags, aggregatorOptions } from "./aggregator-flags.ts"
import { required } from "./arguments.ts"
import { printIndentedJson, remark } from "./output.ts"

/** One path of what the command prints. */
export interface TrajectoryResult {
  readonly aggregator: string
  readonly start: readonly number[]
  readonly seed: number
  readonly steps: number
  readonly end: Float64Array
  /** f at the end; the mean where the problem is stochastic. */
  readonly values: Float64Array
  /** Of any objective over one step. */
  readonly largestIncrease: number
  /** Of each objective, summed over the steps. */
  readonly increases: Float64Array
  /** Of the end to the Pareto set; null where none is known. */
  readonly distance: number | null
  /** Steps whose weights were not certified. */
  readonly uncertified: number
}

/** The command. */
export const trajectoriesCommand = Command.make(
  "trajectories",
  {
    problem: Argument.String("problem").pipe(
      Argument.withDescription(`One of ${problemNames.join(", ")}`),
      Argument.optional
    ),
    aggregator: Flag.String("aggregator").pipe(
      Flag.withDescription("Methods with commas, wrappers as cr-mogm(mgda); default: those of the problem's paper"),
      Flag.optional
    ),
    out: Flag.String("out").pipe(Flag.withDescription("Folder for the picture, PROBLEM.svg"), Flag.optional),
    steps: Flag.Int("steps").pipe(Flag.withDescription("Updates from each start; default: the paper's"), Flag.optional),
    learningRate: Flag.Finite("learning-rate").pipe(
      Flag.withDescription("Of the first step; default: the paper's"),
      Flag.optional
    ),
    start: Flag.String("start").pipe(
      Flag.withDescription("One starting point, numbers with commas; default: the paper's"),
      Flag.optional
    ),
    ...aggregatorFlags
  },
  Effect.fnUntraced(function* (options) {
    const name = yield* required(options.problem, "PROBLEM", `name one of ${problemNames.join(", ")}`)
    const wasm = yield* loadModule
    const names = Option.match(options.aggregator, { onNone: () => usualMethods(name), onSome: methodList })
    const flags = yield* attempt(() => aggregatorOptions(options))
    const lambda = oneNumber(flags.lambda)
    const problem = yield* attempt(() => problemByName(name, wasm.functions, lambda === undefined ? {} : { lambda }))
    // Methods for a main and an auxiliary objective take the problem's λ.
    const given = "lambda" in problem ? { lambda: problem.lambda, ...flags } : flags
    const starts = yield* attempt(() => startsOf(Option.getOrUndefined(options.start), problem.starts))
    const { steps, learningRate } = options
    const run = {
      ...(Option.isSome(steps) ? { steps: steps.value } : {}),
      ...(Option.isSome(learningRate) ? { learningRate: learningRate.value } : {})
    }
    const { seed } = options

    const results: TrajectoryResult[] = []
    const drawn: MethodTrajectories[] = []
    for (const method of names) {
      const paths: (readonly Float64Array[])[] = []
      for (const start of starts) {
        const trajectory = yield* attemptStep(() => {
          const aggregator = trajectoryAggregator(method, { ...given, seed }, "--aggregator")
          return runTrajectory(wasm, { problem, aggregator, start, seed, ...run })
        })
        const { path, end, values, largestIncrease, increases, distance, uncertified } = trajectory
        const ran = { aggregator: method, start, seed, steps: path.length - 1 }
        results.push({ ...ran, end, values, largestIncrease, increases, distance, uncertified })
        paths.push(path)
        yield* Effect.yieldNow
      }
      drawn.push({ method, label: method, paths })
    }
    if (Option.isSome(options.out)) yield* draw(options.out.value, `${name}.svg`, trajectoryPictures(problem, drawn))
    yield* printIndentedJson({ problem: name, source: problem.source, trajectories: results })
  })
).pipe(
  Command.withDescription("Descend on a problem with a known answer; JSON on stdout, FOLDER gets the picture."),
  Command.withShortDescription("paths on problems with known Pareto sets"),
  Command.withExamples([
    { command: "dualcone trajectories cqf --aggregator upgrad,mean --out pictures", description: "Two methods" },
    { command: "dualcone trajectories cr-mogm", description: "Where noise misleads, and what helps" }
  ])
)

/** A picture holds twelve methods. */
function trajectoryPictures(problem: ReturnType<typeof problemByName>, methods: readonly MethodTrajectories[]): string {
  return trajectoryPicture({ problem, methods: methods.slice(0, 12) })
}

const draw = Effect.fnUntraced(function* (folder: string, file: string, picture: string) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
  const path = paths.join(folder, file)
  yield* writeWhole(path, new TextEncoder().encode(picture))
  yield* remark(`picture: ${path}`)
})

function startsOf(text: string | undefined, usual: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (text === undefined) return usual
  const start = text.split(",").map((entry) => (entry.trim() === "" ? Number.NaN : Number(entry)))
  const length = usual[0]?.length ?? 0
  if (start.length !== length) {
    throw new InputError({
      rule: `it must have ${length}`,
      place: "the number of entries of --start",
      value: start.length
    })
  }
  const wrong = start.findIndex((entry) => !Number.isFinite(entry))
  if (wrong < 0) return [start]
  throw new InputError({ rule: "it must be a finite number", place: `entry ${wrong} of --start`, value: text })
}

/** A flag that some methods take as a list, where it is one number. */
function oneNumber(value: unknown): number | undefined {
  const [first, ...rest]: readonly unknown[] = Array.isArray(value) ? value : [value]
  return rest.length === 0 && typeof first === "number" ? first : undefined
}
