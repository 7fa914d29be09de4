/**
 * Trains for the room, away from the page's own thread.
 *
 * @module
 */
import { Dualcone } from "dualcone"
import { exampleLoader } from "./examples.ts"
import type { Report, Request } from "./protocol.ts"
import { beginRuns, type TwoRuns } from "./two-runs.ts"

const tell = (report: Report) => postMessage(report)

/** One core is the page's. */
const threads = Math.max(1, Math.min(8, (navigator.hardwareConcurrency ?? 1) - 1))

const dualcone = Dualcone.make({ threads })
const load = exampleLoader()
let runs: TwoRuns | undefined
let begins = 0
/** Whether the visitor wants the runs to go on. */
let going = false
let queue = Promise.resolve()

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  switch (request.kind) {
    case "pause":
      going = false
      return runs?.rest()
    case "draw":
      return attempt(() => runs?.draw(request.drawing))
    case "save":
      return attempt(() => {
        if (runs !== undefined) tell({ kind: "saved", side: request.side, bytes: runs.save(request.side) })
      })
    case "run":
      going = true
      return enqueue(run)
    case "step":
      return enqueue(() => runs?.goOn(1))
    case "begin": {
      begins++
      const turn = begins
      going = request.run
      runs?.rest()
      return enqueue(async () => {
        if (turn !== begins) return
        const { task } = request
        tell({ kind: "loading", what: task.files === null ? "the digits" : task.files.images.name })
        const examples = await load(task)
        const previous = runs
        runs = undefined
        previous?.[Symbol.dispose]()
        runs = await beginRuns(await dualcone, threads, task, examples, tell)
        tell({ kind: "begun", begun: runs.begun })
        await runs.goOn(1)
        if (turn === begins) await run()
      })
    }
  }
})

async function run(): Promise<void> {
  if (going) await runs?.goOn(Number.POSITIVE_INFINITY)
}

/** One after the other: who goes on does so until he is told to rest. */
function enqueue(work: () => Promise<void> | undefined): void {
  queue = queue.then(work).catch(fail)
}

function attempt(work: () => void): void {
  try {
    work()
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): void {
  tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) })
}
