/** A child that keeps one result through the store, begins a transaction with a second one, and waits to be killed. */
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import { SweepStore } from "../src/index.ts"
import { fakeResult } from "./fake-result.ts"

const [folder = "", kept = "", lost = ""] = process.argv.slice(2)
await Effect.runPromise(
  SweepStore.use((store) => store.record(kept, fakeResult(1))).pipe(Effect.provide(SweepStore.layer(folder)))
)
const database = new DatabaseSync(`${folder}/sweep.sqlite`)
database.exec("begin immediate")
database.prepare("insert into results (run, status, area, digest, ms) values (?, 'done', 2, '', 0)").run(lost)
process.stdout.write("in the middle\n")
setInterval(() => {}, 1000)
