/**
 * `dualcone data`: the data sets, where their files belong, what is there, and how to get the rest.
 *
 * @module
 */
import { datasetNames, isDatasetName, type SourceName, sourceRecord, sourcesOf } from "@dualcone/datasets"
import { dataRoot } from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import { Argument, Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { download } from "../data/download.ts"
import { type SurveyedFile, type SurveyedSet, survey, surveySource } from "../data/survey.ts"
import { switchFlag } from "./arguments.ts"
import { print, printIndentedJson, remark } from "./output.ts"
import { progressBar } from "./progress.ts"

/** The command. */
export const dataCommand = Command.make(
  "data",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription(`One of ${datasetNames.join(", ")}; default: all`),
      Argument.optional
    ),
    folder: Flag.String("folder").pipe(
      Flag.withDescription("The folder that has a folder of its name for each set"),
      Flag.withDefault(dataRoot)
    ),
    download: switchFlag("download", "Fetch the files of NAME that are missing or wrong"),
    from: Flag.String("from").pipe(
      Flag.withDescription("Fetch from here, an address of a folder of the files, in place of the official one"),
      Flag.optional
    ),
    json: switchFlag("json", "For machines")
  },
  Effect.fnUntraced(function* ({ name, folder, json, ...options }) {
    const only = Option.getOrUndefined(name)
    if (only !== undefined && !isDatasetName(only)) {
      const rule = `it must be one of ${datasetNames.join(", ")}`
      return yield* Effect.fail(new InputError({ rule, place: "NAME", value: only }))
    }
    if (options.download) {
      if (only === undefined) {
        return yield* Effect.fail(new InputError({ rule: "--download fetches one set", place: "NAME", value: only }))
      }
      for (const source of sourcesOf(only)) yield* fetchMissing(source, folder, Option.getOrUndefined(options.from))
    }
    const sets = yield* survey(folder, only)
    yield* json ? printIndentedJson({ folder, sets }) : print(`${sets.map(textOf).join("\n\n")}\n`)
  })
).pipe(
  Command.withDescription(
    "The data sets, where their files belong, which are there and right by their checksums; --download fetches the rest."
  ),
  Command.withShortDescription("data sets: what is there, and how to get it"),
  Command.withExamples([
    { command: "dualcone data", description: "What there is, and what is here" },
    { command: "dualcone data cifar10 --download", description: "Fetch a set into dualcone-data/cifar10" }
  ])
)

/** Fetches what a set lacks. Its own folder is filled, not that of the operating system. */
const fetchMissing = Effect.fnUntraced(function* (source: SourceName, root: string, mirror: string | undefined) {
  const paths = yield* Path.Path
  const found = yield* surveySource(source, root)
  if (found.complete) return yield* remark(`${source} is complete in ${found.folder}`)
  const folder = paths.join(root, source)
  const record = sourceRecord(source)
  for (const file of record.files) {
    const state = found.files.find(({ name }) => name === file.name)?.state
    if (state === "official" || state === "recompressed") continue
    const addresses = mirror === undefined ? file.addresses : [`${mirror.replace(/\/$/, "")}/${file.name}`]
    const path = yield* Effect.scoped(
      Effect.gen(function* () {
        const bar = yield* progressBar(`${file.name}  {megabytes} MB  {eta_formatted} left`)
        return yield* download({
          ...{ file, folder, addresses },
          report: (received, total) => {
            return bar.update(received, total ?? file.largest, { megabytes: (received / 1e6).toFixed(1) })
          }
        })
      })
    )
    yield* remark(`fetched ${path}`)
  }
})

function textOf(set: SurveyedSet): string {
  const { name, title, examples, shape, licence, folder, sources, files, complete } = set
  const count = (value: number) => value.toLocaleString("en-US")
  const lines = [
    `${name}: ${title}, ${count(examples.train)} + ${count(examples.test)} examples of ${shape.join(" x ")}; licence: ${licence}`
  ]
  if (folder === null)
    return [...lines, `  made of ${sources.join(" and ")}${complete ? "" : ", not complete"}`].join("\n")
  lines.push(`  in ${folder}${complete || set.package === null ? "" : `, or from Debian's package ${set.package}`}`)
  return [...lines, ...files.map((file) => `  ${fileText(file, count)}`)].join("\n")
}

function fileText(file: SurveyedFile, count: (value: number) => string): string {
  const { name, expectedBytes, addresses } = file
  if (file.state === "official" || file.state === "recompressed") return `there    ${name}`
  if (file.state === "wrong") return `wrong    ${name}: ${file.reason}`
  const bytes = expectedBytes === null ? "" : `, ${count(expectedBytes)} bytes`
  return `missing  ${name}${bytes}, from ${addresses[0]}`
}
