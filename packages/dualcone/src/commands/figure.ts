/**
 * `dualcone figure WHAT`: the figures and tables of the papers, from the database of a sweep, or from studies that take
 * seconds.
 *
 * @module
 */
import { fileError, writeWhole } from "@dualcone/descent"
import {
  BLOOP_DEVIATIONS,
  BLOOP_LAMBDAS,
  bloopFigure,
  bloopFronts,
  bloopNoise,
  CR_MOGM_METHODS,
  crMogmFigure,
  crMogmNoise,
  type FigureFile,
  figureFiles,
  SweepStore,
  sweepFigures
} from "@dualcone/experiments"
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
      Argument.withDescription("The folder of a sweep, or one of the studies cr-mogm and bloop"),
      Argument.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription(`The folder for figures and tables (default: figures in that of the sweep, or ${STUDIES})`),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* (options) {
    const what = yield* required(options.what, "WHAT", "name the folder of a sweep, cr-mogm or bloop")
    const study = studies.get(what)
    if (study !== undefined) {
      const chart = yield* Effect.scoped(study)
      const files = yield* figureFiles({ charts: [chart], tables: [] })
      return yield* writeFigures(
        Option.getOrElse(options.out, () => STUDIES),
        files
      )
    }
    const paths = yield* Path.Path
    const figures = yield* sweepFigures.pipe(Effect.provide(SweepStore.layer(what, { readOnly: true })))
    const out = Option.getOrElse(options.out, () => paths.join(what, "figures"))
    yield* writeFigures(out, yield* figureFiles(figures))
  })
).pipe(
  Command.withDescription(
    "Draw the figures of a sweep and write its tables, from its database alone: SVG, Markdown and CSV. What an unfinished sweep lacks, the figures say. cr-mogm and bloop run the studies of their papers first, which takes seconds; dualcone trajectories draws Figures 3 and 4 of the Jacobian descent paper. A folder of one of these names is ./cr-mogm."
  ),
  Command.withShortDescription("figures and tables of a sweep"),
  Command.withExamples([
    { command: "dualcone figure dualcone-runs/fashion-mnist --out figures", description: "All that the sweep has" },
    { command: "dualcone figure cr-mogm", description: "Weights averaged against noise" }
  ])
)

const crMogm = Effect.gen(function* () {
  const bar = yield* progressBar("{value}/{total} settings")
  return crMogmFigure(
    yield* crMogmNoise({ methods: CR_MOGM_METHODS, report: (done, all) => bar.update(done, all, {}) })
  )
})

const bloop = Effect.gen(function* () {
  const bar = yield* progressBar("{value}/{total} runs")
  const noise = yield* bloopNoise({ deviations: BLOOP_DEVIATIONS })
  return bloopFigure(
    noise,
    yield* bloopFronts({ lambdas: BLOOP_LAMBDAS, report: (done, all) => bar.update(done, all, {}) })
  )
})

const studies = new Map([
  ["cr-mogm", crMogm],
  ["bloop", bloop]
])

/** Writes files into a folder and lists them on stdout. */
const writeFigures = Effect.fnUntraced(function* (folder: string, files: readonly FigureFile[]) {
  const system = yield* FileSystem
  const paths = yield* Path.Path
  yield* system.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
  const written = yield* Effect.forEach(files, ({ name, kind, title, content }) => {
    const file = paths.join(folder, name)
    return writeWhole(file, content).pipe(Effect.as({ file, kind, title }))
  })
  yield* printIndentedJson({ out: folder, files: written })
})
