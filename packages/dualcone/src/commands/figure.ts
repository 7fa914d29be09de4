/**
 * `dualcone figure FOLDER`: the figures and tables of the papers, from the database of a sweep.
 *
 * @module
 */
import { fileError, writeWhole } from "@dualcone/descent"
import { type FigureFile, figureFiles, SweepStore, sweepFigures } from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { printIndentedJson } from "./output.ts"

/** The command. */
export const figureCommand = Command.make(
  "figure",
  {
    folder: Argument.String("folder").pipe(Argument.withDescription("The folder of a sweep"), Argument.optional),
    out: Flag.String("out").pipe(
      Flag.withDescription("The folder for figures and tables (default FOLDER/figures)"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* (options) {
    if (Option.isNone(options.folder)) {
      const rule = "name the folder of a sweep"
      return yield* Effect.fail(new InputError({ rule, place: "FOLDER", value: undefined }))
    }
    const folder = options.folder.value
    const paths = yield* Path.Path
    const figures = yield* sweepFigures.pipe(Effect.provide(SweepStore.layer(folder, { readOnly: true })))
    const out = Option.getOrElse(options.out, () => paths.join(folder, "figures"))
    yield* writeFigures(out, yield* figureFiles(figures))
  })
).pipe(
  Command.withDescription(
    "Draw the figures of a sweep and write its tables, from its database alone: SVG, Markdown and CSV. What is missing of an unfinished sweep, the figures say."
  ),
  Command.withShortDescription("figures and tables of a sweep"),
  Command.withExamples([
    { command: "dualcone figure dualcone-runs/fashion-mnist --out figures", description: "All that the sweep has" }
  ])
)

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
