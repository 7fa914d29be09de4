/** `dualcone train`: the files of a run, the digest, stopping and resuming, and refusals that write nothing. */
import { describe, expect, test } from "bun:test"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readSafetensors, toFloat32, writeSafetensors } from "../src/index.ts"
import { dualcone, refusal, start, temporaryFolder } from "./command-line.ts"

const network = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "max-pool2d", kernel: 4 },
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 10 }
  ]
}

const config = {
  network,
  data: { name: "digits", examples: 100 },
  batchSize: 16,
  epochs: 3,
  seed: 5,
  aggregator: { name: "upgrad" },
  optimizer: { name: "sgd", learningRate: 0.1, momentum: 0.5 },
  engine: "cpu"
}

/** Writes the configuration with changes and gives its path. */
async function written(folder: string, change: object = {}): Promise<string> {
  const file = join(folder, "config.json")
  await Bun.write(file, JSON.stringify({ ...config, ...change }))
  return file
}

const train = (file: string, out: string, ...flags: string[]) => dualcone(["train", file, "--out", out, ...flags])

const lines = (folder: string): { iteration: number; epoch: number; meanLoss: number; similarity: number }[] =>
  readFileSync(join(folder, "steps.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))

/** Files that must be equal, byte by byte, for equal runs. */
const equalFiles = ["steps.jsonl", "final.safetensors", "checkpoint.safetensors", "loss.svg"]

function expectEqualRuns(a: string, b: string): void {
  for (const name of equalFiles) expect(readFileSync(join(a, name)).equals(readFileSync(join(b, name)))).toBe(true)
  const digest = (folder: string) => JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")).digest
  expect(digest(a)).toBe(digest(b))
}

describe("a run", () => {
  test("fills its folder and prints its summary", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "run")
    const { code, stdout, stderr } = await train(await written(folder.path), out)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(readdirSync(out).sort()).toEqual([
      "checkpoint.safetensors",
      "final.safetensors",
      "loss.svg",
      "steps.jsonl",
      "summary.json"
    ])
    const summary = JSON.parse(stdout)
    expect(summary).toEqual(JSON.parse(readFileSync(join(out, "summary.json"), "utf8")))
    expect(summary).toMatchObject({
      engine: "cpu",
      iterations: 21,
      examples: 100,
      certificates: { certified: 21, uncertified: 0 }
    })
    expect(summary.msPerStep).toBeGreaterThan(0)

    const steps = lines(out)
    expect(steps.map((step) => step.iteration)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
    expect(Object.keys(steps[0] ?? {})).toEqual(["iteration", "epoch", "meanLoss", "similarity", "certificate"])
    // The area, again, from the file alone.
    const epochs = [1, 2, 3].map((epoch) => steps.filter((step) => step.epoch === epoch).map((step) => step.meanLoss))
    const area = epochs.map((losses) => losses.reduce((a, b) => a + b) / losses.length).reduce((a, b) => a + b)
    expect(summary.areaUnderLoss).toBeCloseTo(area, 12)
  })

  test("the digest is that of the files", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "run")
    const { digest } = JSON.parse((await train(await written(folder.path), out)).stdout)
    const { tensors } = readSafetensors(new Uint8Array(readFileSync(join(out, "final.safetensors"))))
    const hash = new Bun.CryptoHasher("sha256")
    hash.update(Float64Array.from(lines(out), (step) => step.meanLoss))
    for (const name of ["1.weight", "1.bias", "4.weight", "4.bias"]) {
      const tensor = tensors.get(name)
      if (tensor === undefined) throw new Error(`${name} is missing`)
      hash.update(toFloat32(tensor))
    }
    expect(hash.digest("hex")).toBe(digest)
  })

  test("the same configuration gives the same files, another seed others", async () => {
    using folder = temporaryFolder()
    const [a, b, c] = ["a", "b", "c"].map((name) => join(folder.path, name))
    if (a === undefined || b === undefined || c === undefined) return
    const file = await written(folder.path)
    await train(file, a)
    await train(file, b)
    expectEqualRuns(a, b)
    await train(await written(folder.path, { seed: 6 }), c)
    expect(readFileSync(join(c, "steps.jsonl")).equals(readFileSync(join(a, "steps.jsonl")))).toBe(false)
  })

  test("explicit tensors and batches replay a shuffled run", async () => {
    using folder = temporaryFolder()
    const { datasets, networks: _ } = await import("../src/index.ts")
    const { permutation } = await import("../src/effect.ts")
    const data = await datasets.mnist({ examples: 96 })
    const order = Int32Array.from([1, 2].flatMap((epoch) => [...permutation(96, 5, epoch)]))
    await Bun.write(
      join(folder.path, "data.safetensors"),
      writeSafetensors([
        { name: "input.images", dtype: "U8", shape: [96, 28, 28], data: data.images },
        { name: "input.labels", dtype: "U8", shape: [96], data: data.labels },
        { name: "input.batches", dtype: "I32", shape: [12, 16], data: order }
      ])
    )
    const shuffled = await train(
      await written(folder.path, { data: { name: "digits", examples: 96 }, epochs: 2 }),
      join(folder.path, "a")
    )
    const explicit = {
      data: {
        images: "data.safetensors#input.images",
        labels: "data.safetensors#input.labels",
        scale: 255,
        mean: [0.1307],
        deviation: [0.3081]
      },
      batches: "data.safetensors#input.batches"
    }
    const replayed = await train(await written(folder.path, explicit), join(folder.path, "b"))
    expect(replayed.stderr).toBe("")
    expect(JSON.parse(replayed.stdout).digest).toBe(JSON.parse(shuffled.stdout).digest)
  })

  test("final parameters are a start for another run", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "run")
    const file = await written(folder.path)
    await train(file, out)
    const [first] = lines(out)
    const again = await written(folder.path, { parameters: "run/final.safetensors" })
    const { code } = await train(again, join(folder.path, "next"))
    expect(code).toBe(0)
    expect(lines(join(folder.path, "next"))[0]?.meanLoss).toBeLessThan(first?.meanLoss ?? 0)
  })
})

describe("stopping and resuming", () => {
  /** Long enough to be caught in the middle. */
  const long = { epochs: 60, data: { name: "digits", examples: 512 } }

  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    test(`${signal} in the middle, then --resume, ends in the files of an unbroken run`, async () => {
      using folder = temporaryFolder()
      const file = await written(folder.path, long)
      const [whole, stopped] = [join(folder.path, "whole"), join(folder.path, "stopped")]
      expect((await train(file, whole)).code).toBe(0)
      const child = start(["train", file, "--out", stopped], folder.path)
      while (!existsSync(join(stopped, "checkpoint.safetensors"))) await Bun.sleep(5)
      await Bun.sleep(150)
      child.kill(signal)
      const code = await child.exited
      expect(existsSync(join(stopped, "summary.json"))).toBe(false)
      if (signal !== "SIGKILL") expect(code).toBe(130)
      expect(refusal(await train(file, stopped))).toContain("unfinished run")
      expect((await train(file, stopped, "--resume")).code).toBe(0)
      expectEqualRuns(whole, stopped)
    })
  }

  test("--resume of a finished run changes nothing, of no run starts one", async () => {
    using folder = temporaryFolder()
    const file = await written(folder.path)
    const [a, b] = [join(folder.path, "a"), join(folder.path, "b")]
    await train(file, a)
    await train(file, b, "--resume")
    expectEqualRuns(a, b)
    expect((await train(file, a, "--resume")).code).toBe(0)
    expectEqualRuns(a, b)
  })

  test("more epochs go on from a finished run", async () => {
    using folder = temporaryFolder()
    const [a, b] = [join(folder.path, "a"), join(folder.path, "b")]
    await train(await written(folder.path), a)
    const longer = await written(folder.path, { epochs: 4 })
    await train(longer, a, "--resume")
    await train(longer, b)
    expectEqualRuns(a, b)
  })

  test("another configuration is refused, naming what differs", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "run")
    await train(await written(folder.path), out)
    const other = await written(folder.path, { seed: 6 })
    expect(refusal(await train(other, out, "--resume"))).toContain("seed of the run to continue is 6")
  })

  test("a broken checkpoint is refused", async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "run")
    const file = await written(folder.path)
    await train(file, out)
    await Bun.write(join(out, "checkpoint.safetensors"), "broken")
    expect(refusal(await train(file, out, "--resume"))).toContain("checkpoint.safetensors")
  })
})

describe("refused with one line, nothing written", () => {
  const changes: [object, string][] = [
    [{ epoch: 3 }, "epoch"],
    [{ epochs: 0 }, "epochs"],
    [{ network: "mnis" }, "network"],
    [{ network: "missing.json" }, "missing.json"],
    [{ network: { ...network, input: [1, 4, 4] } }, "layer"],
    [{ network: { ...network, input: [1, 32, 32] } }, "shape of an example"],
    [{ parameters: "missing.safetensors" }, "missing.safetensors"],
    [{ data: { name: "digits", examples: 100_000 } }, "number of examples"],
    [{ data: { images: "missing.safetensors#x", labels: "missing.safetensors#y" } }, "missing.safetensors"],
    [{ batches: "missing.safetensors#b" }, "missing.safetensors"],
    [{ aggregator: { name: "upgrad", c: 1 } }, "aggregator.c"],
    [{ aggregator: { name: "upgrad", ridge: { kind: "trace", epsilon: -1 } } }, "aggregator.ridge.epsilon"],
    [{ aggregator: { name: "upgrad", preference: [1, 2] } }, "preference"],
    [{ aggregator: { name: "constant", weights: [1] } }, "weights"],
    [{ optimizer: { name: "sgd", learningRate: 0.1, nesterov: true } }, "nesterov"],
    [{ engine: "gpu" }, "engine"],
    [{ seed: -1 }, "seed"]
  ]
  for (const [change, told] of changes) {
    test(JSON.stringify(change).slice(0, 80), async () => {
      using folder = temporaryFolder()
      const out = join(folder.path, "run")
      expect(refusal(await train(await written(folder.path, change), out))).toContain(told)
      expect(existsSync(out)).toBe(false)
    })
  }

  test("no configuration, a missing one, and one that is not JSON", async () => {
    using folder = temporaryFolder()
    expect(refusal(await dualcone(["train"]))).toContain("CONFIG.json")
    expect(refusal(await dualcone(["train", "missing.json"], { cwd: folder.path }))).toContain("missing.json")
    await Bun.write(join(folder.path, "config.json"), "{")
    expect(refusal(await dualcone(["train", "config.json"], { cwd: folder.path }))).toContain("not JSON")
  })

  test("a folder that cannot be made", async () => {
    using folder = temporaryFolder()
    await Bun.write(join(folder.path, "taken"), "a file")
    const file = await written(folder.path)
    expect(refusal(await train(file, join(folder.path, "taken")))).toContain("taken")
    expect(refusal(await train(file, join(folder.path, "taken", "run")))).toContain("taken")
  })
})

test("training that diverges ends with code 1, one line, and the iteration", async () => {
  using folder = temporaryFolder()
  const file = await written(folder.path, { optimizer: { name: "sgd", learningRate: 1e30 } })
  const { code, stdout, stderr } = await train(file, join(folder.path, "run"))
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
  expect(stderr).toMatch(/^dualcone: training diverged at iteration \d+: [^\n]+\n$/)
})

test("--schema prints a JSON Schema", async () => {
  const schema = JSON.parse((await dualcone(["train", "--schema"])).stdout)
  expect(schema.properties).toHaveProperty("aggregator")
})
