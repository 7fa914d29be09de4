/**
 * `dualcone doctor`: what this machine and runtime offer, and what is missing.
 *
 * @module
 */
import { dataFolder } from "@dualcone/descent"
import { Command } from "effect/cli"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { diagnose, type Missing } from "../diagnosis/diagnose.ts"
import { printIndentedJson } from "./output.ts"

/** The command. */
export const doctorCommand = Command.make(
  "doctor",
  {},
  Effect.fnUntraced(function* () {
    const files = yield* FileSystem
    const diagnosis = yield* Effect.promise(() => diagnose())
    const fashionMnist = yield* files.exists(yield* dataFolder("fashion-mnist")).pipe(Effect.orElseSucceed(() => false))
    const without: Missing = {
      what: "Fashion-MNIST",
      why: 'optional: data {"name": "fashion-mnist"}',
      how: "apt-get install dataset-fashion-mnist, or dualcone data fashion-mnist --download"
    }
    yield* printIndentedJson({
      ...diagnosis,
      data: { ...diagnosis.data, fashionMnist },
      missing: fashionMnist ? diagnosis.missing : [...diagnosis.missing, without]
    })
  })
).pipe(
  Command.withDescription("What this machine and runtime offer, what is missing and how to get it, as JSON."),
  Command.withShortDescription("check this machine")
)
