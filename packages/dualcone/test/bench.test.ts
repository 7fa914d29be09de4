/** `dualcone bench`: what it prints and refuses, and what its figures are made of. No claim about time. */
import { describe, expect, test } from "bun:test"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { benchGramian, figure, gramianKinds, median, summarize, textTable } from "../src/bench/index.ts"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"

const MINUTE = 60_000

async function json(...flags: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await dualcone(["bench", ...flags, "--json"])
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}

const milliseconds = expect.any(Number)

/** A network of ten parameters in a file of this folder. */
function tinyNetwork(folder: string): string {
  const file = join(folder, "tiny.json")
  const layers = [{ kind: "linear", outputs: 2 }, { kind: "elu" }, { kind: "linear", outputs: 2, bias: false }]
  writeFileSync(file, JSON.stringify({ name: "tiny", input: [2], layers }))
  return file
}

describe("bench step", () => {
  test(
    "prints one row a network, in the order asked for",
    async () => {
      using folder = temporaryFolder()
      const network = `${tinyNetwork(folder.path)},svhn`
      const rows = await json("step", "--network", network, "--engine", "cpu", "--batch-size", "4", "--rounds", "2")
      const figures = {
        engine: "cpu",
        threads: 1,
        batchSize: 4,
        upgradMs: milliseconds,
        sgdMs: milliseconds,
        upgradMinMs: milliseconds,
        sgdMinMs: milliseconds,
        certified: true
      }
      expect(rows).toEqual([
        { network: "tiny", ...figures },
        { network: "svhn", ...figures }
      ])
    },
    MINUTE
  )

  test(
    "on WebGPU counts what a step asks of the GPU, or says why there is none",
    async () => {
      using folder = temporaryFolder()
      const file = join(folder.path, "small.json")
      const conv = { kind: "conv2d", outputs: 4, kernel: 3 }
      const head = [
        { kind: "flatten" },
        { kind: "linear", outputs: 8 },
        { kind: "elu" },
        { kind: "linear", outputs: 2 }
      ]
      writeFileSync(file, JSON.stringify({ name: "small", input: [1, 5, 5], layers: [conv, { kind: "elu" }, ...head] }))
      const flags = ["step", "--engine", "webgpu", "--network", file, "--batch-size", "4", "--rounds", "2", "--json"]
      const { code, stdout, stderr } = await dualcone(["bench", ...flags])
      if (code === 2 && process.env.CI !== "true") {
        console.warn("SKIPPED: bench step on WebGPU, without a GPU")
        expect(stderr).toContain("the engine webgpu is not available")
        return
      }
      expect(JSON.parse(stdout)).toEqual([
        {
          ...{ network: "small", engine: "webgpu", threads: 1, batchSize: 4, certified: true },
          ...{ upgradMs: milliseconds, sgdMs: milliseconds, upgradMinMs: milliseconds, sgdMinMs: milliseconds },
          ...{ adapter: expect.any(String), kernels: expect.anything() },
          asked: { dispatches: 7, submits: 1, readbacks: 0 }
        }
      ])
    },
    MINUTE
  )

  test(
    "compares numbers of threads in one run, and says how many shared the steps",
    async () => {
      const rows = await json("step", "--network", "svhn", "--batch-size", "8", "--threads", "1,2,3", "--rounds", "2")
      expect(rows).toMatchObject([{ threads: 1 }, { threads: 2 }, { threads: 2 }]) // eight examples are two groups
    },
    MINUTE
  )

  test(
    "prints a table without --json",
    async () => {
      using folder = temporaryFolder()
      const { code, stdout } = await dualcone(["bench", "step", "--network", tinyNetwork(folder.path), "--rounds", "1"])
      expect(code).toBe(0)
      expect(stdout).toMatch(/^network +batch +threads +UPGrad ms/)
      expect(stdout).toMatch(/\ntiny +32 +[1-8] /)
    },
    MINUTE
  )
})

describe("bench weights", () => {
  test(
    "prints one row a size with the figures of each kind of Gramian",
    async () => {
      const figures = { ms: milliseconds, minMs: milliseconds, certified: true }
      const kinds = gramianKinds.map((kind) => ({ kind, ...figures }))
      expect(await json("weights", "--objectives", "4,16", "--rounds", "1")).toEqual([
        { objectives: 4, method: "upgrad", ...figures, kinds },
        { objectives: 16, method: "upgrad", ...figures, kinds }
      ])
    },
    MINUTE
  )

  test(
    "a method without a program has no certificate",
    async () => {
      expect(await json("weights", "--objectives", "3", "--method", "mean", "--rounds", "1")).toMatchObject([
        { objectives: 3, method: "mean", certified: null }
      ])
    },
    MINUTE
  )
})

test(
  "bench memory: 100 steps leave the module's memory at the byte where it was",
  async () => {
    using folder = temporaryFolder()
    const flags = ["--network", tinyNetwork(folder.path), "--batch-size", "4", "--steps", "100"]
    const { code, stdout } = await dualcone(["bench", "memory", ...flags, "--json"])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual([
      {
        network: "tiny",
        batchSize: 4,
        steps: 100,
        wasmBytesBefore: expect.any(Number),
        wasmBytesAfter: expect.any(Number),
        rssBefore: expect.any(Number),
        rssAfter: expect.any(Number),
        flat: true
      }
    ])
    const bytes = (when: string) => new RegExp(`"wasmBytes${when}": ([0-9]+)`).exec(stdout)?.[1]
    expect(bytes("Before")).toBeDefined()
    expect(bytes("After")).toBe(bytes("Before"))
  },
  MINUTE
)

describe("wrong usage is one line that names flag, value and rule", () => {
  const cases: readonly (readonly [flags: string, message: string])[] = [
    ["step --threads 1,0", "--threads is 0; it must be auto or an integer from 1 to 64"],
    ["step --threads many", '--threads is "many"; it must be auto or an integer from 1 to 64'],
    ["step --network svhn,imagenet", 'network is "imagenet"; it must be one of svhn'],
    ["step --batch-size 0", "--batch-size is 0; it must be an integer of at least 1"],
    ["step --rounds 0", "--rounds is 0; it must be an integer of at least 1"],
    ["weights --objectives 4,x", 'an entry of --objectives is "x"; it must be an integer from 1 to 4096'],
    ["weights --objectives 0", 'an entry of --objectives is "0"'],
    ["weights --method best", '"best"; it must be one of upgrad'],
    ["memory --steps 0", "--steps is 0; it must be an integer of at least 1"]
  ]
  test.each(cases)(
    "%s",
    async (flags, message) => {
      expect(refusal(await dualcone(["bench", ...flags.split(" ")]))).toContain(message)
    },
    MINUTE
  )
})

describe("the Gramians of the benchmark", () => {
  test.each([...gramianKinds])("%s: symmetric, positive diagonal, Cauchy-Schwarz, the same at every call", (kind) => {
    const m = 24
    const { objectives, values } = benchGramian(kind, m)
    const entry = (i: number, j: number) => values[i * m + j] ?? Number.NaN
    expect(objectives).toBe(m)
    expect(benchGramian(kind, m).values).toEqual(values)
    for (let i = 0; i < m; i++) {
      expect(entry(i, i)).toBeGreaterThan(0)
      for (let j = 0; j < i; j++) {
        expect(entry(i, j)).toBe(entry(j, i))
        expect(entry(i, j) ** 2).toBeLessThanOrEqual(entry(i, i) * entry(j, j) * (1 + 1e-12))
      }
    }
  })

  // The cosine of two rows of n independent normal entries has deviation 1/sqrt(n); six of them are 0.027.
  test("gaussian rows of 50,000 entries are nearly orthogonal and of length near sqrt(50,000)", () => {
    const m = 32
    const { values } = benchGramian("gaussian", m)
    for (let i = 0; i < m; i++) {
      expect(Math.abs((values[i * m + i] ?? 0) / 50_000 - 1)).toBeLessThan(6 * Math.sqrt(2 / 50_000))
      for (let j = 0; j < i; j++) expect(Math.abs(values[i * m + j] ?? 1) / 50_000).toBeLessThan(6 / Math.sqrt(50_000))
    }
  })
})

describe("figures", () => {
  test("the median is the middle sample, or the mean of the middle two", () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([4, 1, 100, 2])).toBe(3)
    expect(median([])).toBeNaN()
    expect(summarize([3, 1, 2])).toEqual({ ms: 2, minMs: 1 })
  })

  test("are shown with three significant digits and no exponent", () => {
    expect([0, 0.00123456, 0.5, 12.345, 99.96, 7055.4, Number.NaN].map(figure)).toEqual([
      "0.00",
      "0.00123",
      "0.500",
      "12.3",
      "100.0",
      "7055",
      "-"
    ])
  })

  test("a table sets its first column left and the others right", () => {
    const table = textTable([
      ["name", "a", "long one"],
      ["ms", "1.00", "22.0"]
    ])
    expect(table).toBe("name        ms\n--------  ----\na         1.00\nlong one  22.0\n")
  })
})
