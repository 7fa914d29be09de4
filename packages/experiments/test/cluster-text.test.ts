/** What goes through the database of a cluster comes out as it went in. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { decodeOutcome, encodeOutcome, type Outcome } from "../src/cluster/outcome.ts"
import { decodeRun, encodeRun } from "../src/cluster/run-text.ts"
import { clusterSettings } from "../src/cluster/settings.ts"
import { expandSweep, firstRuns, parseClusterAddress, parseSweepConfig } from "../src/index.ts"
import { fakeResult } from "./fake-result.ts"
import { expandTiny } from "./tiny.ts"

describe("an outcome", () => {
  test.each<[string, Outcome]>([
    ["a result", { kind: "result", result: fakeResult(Math.PI, { losses: Float64Array.of(1e-320, -0, 1 / 3) }) }],
    [
      "a run that diverged",
      { kind: "result", result: fakeResult(Number.POSITIVE_INFINITY, { status: "diverged", divergedAt: 3 }) }
    ],
    ["a failure", { kind: "failure", tag: "InputError", reason: 'no "file"\nthere' }]
  ])("keeps every bit of %s", (_, outcome) => {
    expect(decodeOutcome(encodeOutcome(outcome))).toEqual(outcome)
  })
})

describe("a run", () => {
  const runs = Effect.map(expandTiny(), ({ groups }) => groups.flatMap(firstRuns))

  test("of every method, optimizer and network is the same on another machine", async () => {
    const config = {
      data: [
        { name: "svhn", folder: "/data/svhn" },
        { name: "digits", subset: 1, network: "cifar10" }
      ],
      seeds: [0, 3],
      aggregators: ["upgrad", { name: "upgrad", ridge: { kind: "none" } }, "graddrop", "nash-mtl", "pcgrad", "rgw"],
      optimizers: [{ name: "sgd", momentum: 0.9 }, { name: "adam" }, { name: "rmsprop" }],
      learningRates: [1e-5, 0.1]
    }
    const many = await Effect.runPromise(
      parseSweepConfig(config).pipe(
        Effect.flatMap((parsed) => expandSweep(parsed, "/")),
        Effect.map(({ groups }) => groups.flatMap(firstRuns)),
        Effect.provide(NodeServices.layer)
      )
    )
    expect(many.length).toBe(2 * 2 * 6 * 3 * 2)
    for (const run of [...many, ...(await Effect.runPromise(runs))]) {
      expect(await Effect.runPromise(decodeRun(run.id, encodeRun(run)))).toEqual(run)
    }
  })

  test("is refused where it would be another one", async () => {
    const [run] = await Effect.runPromise(runs)
    if (run === undefined) throw new Error("the sweep has a run")
    const refuse = (text: string) => Effect.runPromise(Effect.flip(decodeRun(run.id, text)))
    const changed = encodeRun({ ...run, learningRate: run.learningRate * 2 })
    expect(String(await refuse(changed))).toContain("the same version of Dualcone")
    for (const text of ["", "{}", encodeRun(run).replace('"upgrad"', '"nothing"')]) {
      expect(await refuse(text)).toBeInstanceOf(InputError)
    }
  })
})

describe("the address of a cluster", () => {
  test("takes a password from outside, and shows none", () => {
    const { url, shown } = parseClusterAddress(
      "postgres://me@db.example:6000/sweeps?sslmode=require",
      "--cluster",
      "p w/"
    )
    expect(Redacted.value(url)).toBe("postgres://me:p%20w%2F@db.example:6000/sweeps?sslmode=require")
    expect(shown).toBe("postgres://me@db.example:6000/sweeps")
    const own = parseClusterAddress("postgresql://me:mine@db.example/sweeps", "--cluster", "other")
    expect(Redacted.value(own.url)).toBe("postgresql://me:mine@db.example/sweeps")
    expect(own.shown).toBe("postgresql://me@db.example/sweeps")
  })

  test("names the certificates that are trusted, which the client is not told by the URL", () => {
    const address = "postgres://me@db.example/sweeps?sslrootcert=keys/root.crt&sslmode=verify-full"
    const { url, certificates } = parseClusterAddress(address, "--cluster")
    expect(certificates).toBe("keys/root.crt")
    expect(Redacted.value(url)).toBe("postgres://me@db.example/sweeps?sslmode=verify-full")
    expect(parseClusterAddress("postgres://me@db.example/sweeps", "--cluster").certificates).toBeNull()
  })

  test.each([
    ["sslmode=requir", "sslmode of --cluster"],
    ["sslmod=require", "sslmod of --cluster"],
    ["sslcert=mine.crt", "sslcert of --cluster"],
    ["sslmode=disable&sslrootcert=root.crt", "sslrootcert of --cluster"]
  ])("refuses %p: what is asked of TLS is never passed over", (options, place) => {
    expect(() => parseClusterAddress(`postgres://me@db.example/sweeps?${options}`, "--cluster")).toThrow(place)
  })

  test.each(["", "sweeps", "mysql://me:secret@db.example/sweeps", "postgres://me:secret@db.example"])(
    "refuses %p without repeating a password",
    (text) => {
      const refused = () => parseClusterAddress(text, "--cluster")
      expect(refused).toThrow("--cluster")
      expect(refused).not.toThrow("secret")
    }
  )
})

test("locks are renewed four times before they expire, and nothing is polled more rarely than each second", () => {
  for (const seconds of [2, 4, 15, 600]) {
    const { sharding, queue } = clusterSettings(seconds)
    expect(Number(sharding.shardLockRefreshInterval) * 4).toBe(Number(sharding.shardLockExpiration))
    expect(Number(queue.lockRefreshInterval) * 4).toBe(seconds * 1000)
    expect(Number(queue.pollInterval)).toBeLessThanOrEqual(1000)
  }
})
