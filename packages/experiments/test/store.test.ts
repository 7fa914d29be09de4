/** The database of a sweep: what is kept, what is refused, readers beside the writer, and a writer killed in the middle. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import { firstRuns, lockFolder, type Run, SweepStore } from "../src/index.ts"
import { fakeResult } from "./fake-result.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { expandTiny } from "./tiny.ts"

setDefaultTimeout(60_000)

type Store = SweepStore["Service"]

const runs: readonly Run[] = (await Effect.runPromise(expandTiny())).groups.flatMap(firstRuns)
const [first, second] = runs
if (first === undefined || second === undefined) throw new Error("the sweep has runs")

const within = <A, E>(folder: string, use: (store: Store) => Effect.Effect<A, E>, readOnly = false) =>
  Effect.runPromise(SweepStore.use(use).pipe(Effect.provide(SweepStore.layer(folder, { readOnly }))))

const messageOf = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message)

describe("the store", () => {
  test("keeps results to the bit, infinities too, and gives them back by another process's eyes", async () => {
    using folder = temporaryFolder()
    const diverged = fakeResult(Number.POSITIVE_INFINITY, { status: "diverged", divergedAt: 3, finalLoss: null })
    await within(folder.path, (store) =>
      Effect.gen(function* () {
        yield* store.plan(runs)
        yield* store.record(first.id, fakeResult(0.1 + 0.2))
        yield* store.record(second.id, diverged)
      })
    )
    const [rows, curves] = await within(folder.path, (store) => Effect.all([store.rows, store.curves(first.id)]), true)
    expect(rows).toHaveLength(runs.length)
    expect(rows[0]).toMatchObject({ run: first.id, status: "done", area: 0.1 + 0.2, label: "upgrad", stage: "coarse" })
    expect(rows[1]).toMatchObject({ status: "diverged", diverged_at: 3, area: Number.POSITIVE_INFINITY })
    expect(rows[2]).toMatchObject({ status: null, area: null })
    expect(curves.losses).toEqual(Float64Array.of(0.1 + 0.2, (0.1 + 0.2) / 2))
    expect(curves.similarities).toEqual(Float64Array.of(0.25, 0.75))
  })

  test("a run has one result, and a result has a run", async () => {
    using folder = temporaryFolder()
    await within(folder.path, (store) => Effect.andThen(store.plan(runs), store.record(first.id, fakeResult(1))))
    const again = within(folder.path, (store) => store.record(first.id, fakeResult(2)))
    expect(await messageOf(again)).toContain("UNIQUE constraint failed")
    const unknown = within(folder.path, (store) => store.record("nobody", fakeResult(2)))
    expect(await messageOf(unknown)).toContain("FOREIGN KEY constraint failed")
    const rows = await within(folder.path, (store) => store.rows)
    expect(rows.filter(({ area }) => area !== null).map(({ area }) => area)).toEqual([1])
  })

  test("planning again changes nothing; a result ends a failure", async () => {
    using folder = temporaryFolder()
    const failures = await within(folder.path, (store) =>
      Effect.gen(function* () {
        yield* store.plan(runs)
        yield* store.plan(runs.toReversed())
        yield* store.fail(first.id, { tag: "InputError", message: "no" })
        yield* store.fail(second.id, { tag: "InputError", message: "no" })
        yield* store.record(second.id, fakeResult(1))
        return yield* store.failures
      })
    )
    expect(failures).toEqual([{ run: first.id, tag: "InputError", message: "no" }])
    const rows = await within(folder.path, (store) => store.rows)
    expect(rows.map(({ run }) => run)).toEqual(runs.map(({ id }) => id))
  })

  test("the digest sees every value but times, and not the order", async () => {
    const digestOf = async (results: readonly (readonly [Run, ReturnType<typeof fakeResult>])[]) => {
      using folder = temporaryFolder()
      return await within(folder.path, (store) =>
        Effect.gen(function* () {
          yield* store.plan(runs)
          for (const [run, result] of results) yield* store.record(run.id, result)
          return yield* store.digest
        })
      )
    }
    const digest = await digestOf([
      [first, fakeResult(1)],
      [second, fakeResult(2)]
    ])
    expect(
      await digestOf([
        [second, fakeResult(2, { milliseconds: 99 })],
        [first, fakeResult(1)]
      ])
    ).toBe(digest)
    const changes = [{ area: 3 }, { testLoss: 1 }, { digest: "01" }, { losses: Float64Array.of(1, 0.5000001) }]
    const others = await Promise.all(
      changes.map((change) =>
        digestOf([
          [first, fakeResult(1, change)],
          [second, fakeResult(2)]
        ])
      )
    )
    expect(new Set([digest, ...others]).size).toBe(5)
  })

  test("refuses another sweep, another program's database and another version", async () => {
    using folder = temporaryFolder()
    await within(folder.path, (store) => store.begin('{"epochs":1,"seeds":[1]}'))
    await within(folder.path, (store) => store.begin('{"epochs":1,"seeds":[1]}'))
    const other = within(folder.path, (store) => store.begin('{"epochs":1,"seeds":[2]}'))
    expect(await messageOf(other)).toContain("holds another sweep: its seeds differs")
    using foreign = temporaryFolder()
    const database = new DatabaseSync(`${foreign.path}/sweep.sqlite`)
    database.exec("create table t (x)")
    database.close()
    expect(await messageOf(within(foreign.path, (store) => store.rows))).toContain("it is not the database of a sweep")
    using newer = temporaryFolder()
    await within(newer.path, (store) => store.rows)
    const bumped = new DatabaseSync(`${newer.path}/sweep.sqlite`)
    bumped.exec("pragma user_version = 99")
    bumped.close()
    expect(await messageOf(within(newer.path, (store) => store.rows))).toContain("its tables are of version 99")
    expect(await messageOf(within("/nowhere", (store) => store.rows, true))).toContain("there is no such file")
  })

  test("a reader beside the writer sees whole results only", async () => {
    using folder = temporaryFolder()
    await within(folder.path, (store) =>
      Effect.gen(function* () {
        yield* store.plan(runs)
        const reader = new DatabaseSync(`${folder.path}/sweep.sqlite`, { readOnly: true })
        const count = (table: string) => Number(reader.prepare(`select count(*) as n from ${table}`).get()?.n)
        for (const [i, { id }] of runs.entries()) {
          yield* store.record(id, fakeResult(i))
          reader.exec("begin")
          expect([count("results"), count("curves")]).toEqual([i + 1, i + 1])
          reader.exec("commit")
        }
        reader.close()
      })
    )
  })
})

test("a writer killed in the middle of a transaction leaves what it had kept, and nothing of the rest", async () => {
  using folder = temporaryFolder()
  await within(folder.path, (store) => store.plan(runs))
  const writer = new URL("./killed-writer.ts", import.meta.url).pathname
  const child = Bun.spawn([process.execPath, writer, folder.path, first.id, second.id], { stdout: "pipe" })
  const { value } = await child.stdout.getReader().read()
  expect(new TextDecoder().decode(value)).toBe("in the middle\n")
  child.kill("SIGKILL")
  await child.exited
  const rows = await within(folder.path, (store) => store.rows)
  expect(rows.filter(({ status }) => status !== null).map(({ run }) => run)).toEqual([first.id])
  await within(folder.path, (store) => store.record(second.id, fakeResult(2)))
  const database = new DatabaseSync(`${folder.path}/sweep.sqlite`)
  expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" })
  database.close()
})

test("a folder has one sweep at a time, and is free when that one ends", async () => {
  using folder = temporaryFolder()
  const twice = lockFolder(folder.path).pipe(Effect.andThen(lockFolder(folder.path)), Effect.scoped)
  expect(await messageOf(Effect.runPromise(twice))).toContain("belongs to a sweep that is running")
  await Effect.runPromise(Effect.scoped(lockFolder(folder.path)))
})
