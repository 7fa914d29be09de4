/**
 * `dualcone figure WHAT`: the figures and tables of the papers, from the database of a sweep, or from studies that take
 * seconds.
 *
 * @module
 */
import { CpuEngine, fileError, loadNamedData, writeWhole } from "@dualcone/descent"
import {
  BLOOP_DEVIATIONS,
  BLOOP_LAMBDAS,
  bloopFigure,
  bloopFronts,
  bloopLipschitz,
  bloopLipschitzFigure,
  bloopNoise,
  CR_MOGM_METHODS,
  crMogmFigure,
  crMogmNoise,
  type FigureFile,
  type Figures,
  figureFiles,
  LIPSCHITZ_LAMBDAS,
  pngRenderer,
  SweepStore,
  sweepFigures
} from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { required } from "./arguments.ts"
import { printIndentedJson } from "./output.ts"
import { progressBar } from "./progress.ts"

/** Where studies without a folder of their own are drawn. */
const STUDIES = "dualcone-runs/figures"

/** The command. */
export const figureCommand = Command.make(
  "figure",
  {
    what: Argument.String("what").pipe(
      Argument.withDescription("The folder of a sweep, or one of the studies cr-mogm, bloop and bloop-lipschitz"),
      Argument.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription(`The folder for figures and tables (default: figures in that of the sweep, or ${STUDIES})`),
      Flag.optional
    ),
    png: Flag.Boolean("png").pipe(Flag.withDescription("Write each figure as PNG too"), Flag.withDefault(false)),
    data: Flag.String("data").pipe(
      Flag.withDescription(
        "The folder of Fashion-MNIST's files, for bloop-lipschitz (default: where dualcone data has them)"
      ),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* (options) {
    const what = yield* required(options.what, "WHAT", "name the folder of a sweep, cr-mogm, bloop or bloop-lipschitz")
    const data = Option.getOrUndefined(options.data)
    if (data !== undefined && what !== "bloop-lipschitz") {
      const rule = "only bloop-lipschitz reads a data set"
      return yield* Effect.fail(new InputError({ rule, place: "--data", value: data }))
    }
    const draw = options.png ? yield* pngRenderer : undefined
    const study = studyOf(what, data)
    const paths = yield* Path.Path
    const out = Option.getOrElse(options.out, () => (study === undefined ? paths.join(what, "figures") : STUDIES))
    // Nobody shall wait for a study that cannot be kept.
    if (study !== undefined) yield* createFolder(out)
    const figures =
      study === undefined
        ? yield* sweepFigures.pipe(Effect.provide(SweepStore.layer(what, { readOnly: true })))
        : yield* study
    const files = yield* figureFiles(figures)
    yield* createFolder(out)
    yield* writeFigures(out, draw === undefined ? files : [...files, ...(yield* draw(files))])
  })
).pipe(
  Command.withDescription(
    "Draw the figures of a sweep and write its tables, from its database alone: SVG, Markdown and CSV. What an unfinished sweep lacks, the figures say. cr-mogm and bloop run the studies of their papers first, which takes seconds, and bloop-lipschitz trains on Fashion-MNIST for some minutes; dualcone trajectories draws Figures 3 and 4 of the Jacobian descent paper. A folder of one of these names is ./cr-mogm."
  ),
  Command.withShortDescription("figures and tables of a sweep"),
  Command.withExamples([
    { command: "dualcone figure dualcone-runs/fashion-mnist --out figures", description: "All that the sweep has" },
    { command: "dualcone figure cr-mogm", description: "Weights averaged against noise" },
    { command: "dualcone figure bloop-lipschitz --png", description: "Accuracy against smoothness, as SVG and PNG" }
  ])
)

const crMogm = Effect.gen(function* () {
  const bar = yield* progressBar("{value}/{total} settings")
  const studies = yield* crMogmNoise({ methods: CR_MOGM_METHODS, report: (done, all) => bar.update(done, all, {}) })
  return { charts: [crMogmFigure(studies)], tables: [] } satisfies Figures
}).pipe(Effect.scoped)

const bloop = Effect.gen(function* () {
  const bar = yield* progressBar("{value}/{total} runs")
  const noise = yield* bloopNoise({ deviations: BLOOP_DEVIATIONS })
  const fronts = yield* bloopFronts({ lambdas: BLOOP_LAMBDAS, report: (done, all) => bar.update(done, all, {}) })
  return { charts: [bloopFigure(noise, fronts)], tables: [] } satisfies Figures
}).pipe(Effect.scoped)

const EPOCHS = 5

const lipschitz = Effect.fnUntraced(function* (folder: string | undefined) {
  const folders = folder === undefined ? {} : { folder }
  const train = yield* loadNamedData("fashion-mnist", folders, {})
  const test = yield* loadNamedData("fashion-mnist", folders, { split: "test" })
  const bar = yield* progressBar("{value}/{total} iterations, {eta_formatted} left")
  const fronts = yield* bloopLipschitz({
    ...{ train, test, lambdas: LIPSCHITZ_LAMBDAS, epochs: EPOCHS },
    report: (done, all) => bar.update(done, all, {})
  }).pipe(Effect.provide(CpuEngine.layer))
  return bloopLipschitzFigure(fronts, { dataSet: train.name, epochs: EPOCHS })
}, Effect.scoped)

/** A study by its name; undefined for what is the folder of a sweep. */
function studyOf(name: string, data: string | undefined) {
  switch (name) {
    case "cr-mogm":
      return crMogm
    case "bloop":
      return bloop
    case "bloop-lipschitz":
      return lipschitz(data)
    default:
      return undefined
  }
}

const createFolder = Effect.fnUntraced(function* (folder: string) {
  const system = yield* FileSystem
  yield* system.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
})

/** Writes files into a folder and lists them on stdout. */
const writeFigures = Effect.fnUntraced(function* (folder: string, files: readonly FigureFile[]) {
  const paths = yield* Path.Path
  const written = yield* Effect.forEach(files, ({ name, kind, title, content }) => {
    const file = paths.join(folder, name)
    return writeWhole(file, content).pipe(Effect.as({ file, kind, title }))
  })
  yield* printIndentedJson({ out: folder, files: written })
})
