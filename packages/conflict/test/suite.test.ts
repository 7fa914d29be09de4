/** Running a suite: what is kept, what is made again, and what the tables say. */
import { expect, setDefaultTimeout, test } from "bun:test"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RunFailed } from "@dualcone/experiments"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import {
  ConflictStore,
  conflictMethod,
  conflictProblem,
  costsBy,
  methodTable,
  planSuite,
  profileBy,
  ratioTable,
  readScoreboard,
  reportFiles,
  runSuite,
  Searcher,
  type SuiteEvent,
  search
} from "../src/index.ts"
import { context } from "./context.ts"

setDefaultTimeout(60_000)

const plan = planSuite({
  profile: "quick",
  problems: ["ewq", "vlmop1"].map((name) => conflictProblem(name)),
  methods: ["mean", "upgrad", "mgda", "bloop"].map((name) => conflictMethod(name))
})

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "dualcone-conflict-"))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Searches in this thread; fails for names in `failing`, and notes what it made. */
const here = (made: string[], failing: readonly string[] = []) =>
  Layer.succeed(Searcher, {
    size: 1,
    search: ({ id, problem, method, profile }) => {
      const name = `${method.name} on ${problem.name}`
      if (failing.includes(name)) return Effect.fail(new RunFailed({ run: id, tag: "WorkerDied", reason: "it died" }))
      made.push(name)
      return Effect.promise(() => search(context, problem, method, profile))
    }
  })

/** Runs the plan, or its first searches, and reads what there is. */
const ran = (folder: string, of: typeof plan, searcher: ReturnType<typeof here>, events: SuiteEvent[] = []) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const failed = yield* runSuite({ plan: of, report: (event) => events.push(event) })
      const scoreboard = yield* readScoreboard(plan)
      return { failed, scoreboard, files: yield* reportFiles(plan, scoreboard) }
    }).pipe(Effect.provide([searcher, ConflictStore.layer(folder)]))
  )

test("a suite that is stopped and started again makes each search once and ends with the digest of an unbroken one", async () => {
  using unbroken = temporaryFolder()
  using broken = temporaryFolder()
  const whole = await ran(unbroken.path, plan, here([]))
  const made: string[] = []
  await ran(broken.path, plan.slice(0, 2), here(made))
  const events: SuiteEvent[] = []
  const rest = await ran(broken.path, plan, here(made), events)
  expect(made).toHaveLength(plan.length)
  expect(new Set(made).size).toBe(plan.length)
  expect(rest.scoreboard.digest).toBe(whole.scoreboard.digest)
  // Searches of another plan in the same folder change nothing.
  const others = planSuite({
    profile: "quick",
    problems: [conflictProblem("vlmop1")],
    methods: [conflictMethod("rgw")]
  })
  expect((await ran(broken.path, others, here([]))).scoreboard.digest).toBe(whole.scoreboard.digest)
  expect(methodTable(rest.scoreboard)).toEqual(methodTable(whole.scoreboard))
  expect(events[0]?.progress).toMatchObject({ settled: 2, searches: plan.length })
  expect(events.at(-1)?.progress).toMatchObject({ settled: plan.length, secondsLeft: 0 })
})

test("a search that fails is named, the others go on, and the next start makes it again", async () => {
  using folder = temporaryFolder()
  const first = await ran(folder.path, plan, here([], ["mean on ewq"]))
  expect(first.failed).toBe(1)
  expect(first.scoreboard.failures).toMatchObject([{ problem: "ewq", method: "mean", tag: "WorkerDied" }])
  const score = (board: typeof first.scoreboard) =>
    board.scores.find(({ problem, method }) => problem === "ewq" && method === "mean")
  expect(score(first.scoreboard)?.status).toBe("failed")
  expect(costsBy(first.scoreboard, "worst")[0]?.get("mean")).toBe(Number.POSITIVE_INFINITY)
  const made: string[] = []
  const second = await ran(folder.path, plan, here(made))
  expect(made).toEqual(["mean on ewq"])
  expect(second.scoreboard.failures).toEqual([])
  expect(score(second.scoreboard)?.status).toBe("done")
})

test("the tables and profiles are those of the areas; each problem has a page and a picture", async () => {
  using folder = temporaryFolder()
  const { scoreboard, files } = await ran(folder.path, plan, here([]))
  // Without conflict UPGrad is the mean, and MGDA stops on the axes.
  const [ewq] = ratioTable(scoreboard, "worst").rows
  expect(ewq?.slice(0, 1)).toEqual(["ewq"])
  expect(ewq?.[2]).toBe("1.00")
  expect(ewq?.[3]).toBe("1.00")
  expect(Number(ewq?.[4])).toBeGreaterThan(5)
  const [meanLine] = profileBy(scoreboard, "worst")
  expect(meanLine).toMatchObject({ method: "mean", problems: 2 })
  expect(methodTable(scoreboard).rows.map(([method]) => method)).toEqual(["mean", "upgrad", "mgda"])
  const named = (name: string) => files.find((file) => file.name === name)?.content ?? ""
  expect(named("ewq.md")).toContain("![Element-wise quadratic: excess and distance by iteration](conflict-ewq.svg)")
  expect(named("ewq.md")).toContain("f(x) = (x₁², x₂²)")
  expect(named("conflict-ewq.svg")).toStartWith("<svg")
  expect(named("performance-profile.svg")).toContain("Share of 2 problems")
})
