/**
 * `dualcone demo`: UPGrad against the mean on real digits, live.
 *
 * @module
 */
import { engineLayer, engineNames } from "@dualcone/descent"
import { Command, Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import { race } from "../demo/race.ts"
import { raceText } from "../demo/table.ts"
import { switchFlag } from "./arguments.ts"
import { print, printIndentedJson } from "./output.ts"
import { chosenThreads, threadsFlag } from "./threads-flag.ts"

/** The command. */
export const demoCommand = Command.make(
  "demo",
  {
    out: Flag.String("out").pipe(
      Flag.withDescription("The folder for picture and runs (default dualcone-runs/demo)"),
      Flag.withDefault("dualcone-runs/demo")
    ),
    examples: Flag.Int("examples").pipe(
      Flag.withDescription("Digits to train on (default 1024)"),
      Flag.withDefault(1024)
    ),
    epochs: Flag.Int("epochs").pipe(Flag.withDescription("Default 8"), Flag.withDefault(8)),
    seed: Flag.Int("seed").pipe(Flag.withDescription("Default 1"), Flag.withDefault(1)),
    engine: Flag.Literals("engine", engineNames).pipe(Flag.withDefault("auto")),
    threads: threadsFlag,
    json: switchFlag("json", "Print the result as JSON")
  },
  Effect.fnUntraced(function* ({ out, examples, epochs, seed, engine, threads: asked, json }) {
    const threads = yield* chosenThreads(asked)
    process.stderr.write(
      `One network, trained twice on ${examples} handwritten digits from the same start. The mean follows the average gradient
even against some examples; UPGrad first projects such conflicts away. Loss of each batch, smoothed:\n\n`
    )
    const layer = engineLayer(engine, { threads })
    const result = yield* race({ folder: out, examples, epochs, seed }).pipe(Effect.provide(layer))
    process.stderr.write("\n")
    yield* json ? printIndentedJson(result) : print(raceText(result))
  })
).pipe(
  Command.withDescription("Train a network on real digits with UPGrad and with the mean, and compare."),
  Command.withShortDescription("see UPGrad against the mean")
)
