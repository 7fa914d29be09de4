/** `dualcone inspect` against PyTorch's float64 values of one batch. */
import { describe, expect, test } from "bun:test"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { readSafetensors, type Tensor, toFloat64, writeSafetensors } from "../src/index.ts"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"

const golden = (name: string) => new URL(`../../../golden/${name}.safetensors`, import.meta.url).pathname
const read = (file: string) => readSafetensors(new Uint8Array(readFileSync(file))).tensors

function values(tensors: ReadonlyMap<string, Tensor>, name: string): Float64Array {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the tensor ${name} is missing`)
  return toFloat64(tensor)
}

/** Largest difference over the largest expected magnitude. */
function relativeError(found: ArrayLike<number>, expected: Float64Array): number {
  let error = 0
  let size = 0
  for (const [i, value] of expected.entries()) {
    error = Math.max(error, Math.abs((found[i] ?? Number.NaN) - value))
    size = Math.max(size, Math.abs(value))
  }
  return error / size
}

for (const name of ["svhn", "mnist"]) {
  test(`${name}: losses, Gramian and weights are PyTorch's to float32 accuracy; --out holds the same`, async () => {
    using folder = temporaryFolder()
    const out = join(folder.path, "out.safetensors")
    const { code, stdout } = await dualcone([
      ...[
        "inspect",
        "--network",
        name,
        "--parameters",
        golden(name),
        "--batch",
        golden(name),
        "--ridge",
        "none",
        "--out",
        out
      ]
    ])
    expect(code).toBe(0)
    const found = JSON.parse(stdout)
    const expected = read(golden(name))
    expect(relativeError(found.losses, values(expected, "expect.losses"))).toBeLessThan(1e-6)
    expect(relativeError(found.gramian.flat(), values(expected, "expect.gramian"))).toBeLessThan(1e-5)
    expect(relativeError(found.weights, values(expected, "expect.upgrad_weights"))).toBeLessThan(1e-5)
    expect(found).toMatchObject({ engine: "cpu", examples: 6, certificate: { status: "certified" } })
    expect(found.similarity).toBeGreaterThan(0)
    const negative = found.gramian.flatMap((row: number[], i: number) => row.slice(0, i)).filter((x: number) => x < 0)
    expect(found.conflicts).toMatchObject({ pairs: negative.length, share: negative.length / 15 })

    const tensors = read(out)
    expect([...values(tensors, "losses")]).toEqual(found.losses)
    expect([...values(tensors, "gramian")]).toEqual(found.gramian.flat())
    expect([...values(tensors, "weights")]).toEqual(found.weights)
    const directions = [...tensors.keys()].filter((key) => key.startsWith("direction."))
    const parameters = [...expected.keys()].filter((key) => key.startsWith("model."))
    expect(directions.map((key) => key.slice(10)).sort()).toEqual(parameters.map((key) => key.slice(6)).sort())
    // wᵀ G w is the squared length of the direction.
    const squared = directions.reduce((sum, key) => sum + values(tensors, key).reduce((s, x) => s + x * x, 0), 0)
    const weighted = found.weights.reduce(
      (sum: number, w: number, i: number) =>
        sum + w * found.gramian[i].reduce((s: number, entry: number, j: number) => s + entry * found.weights[j], 0),
      0
    )
    expect(squared / weighted).toBeCloseTo(1, 5)
  })
}

describe("refused with one line", () => {
  const good = { network: "svhn", parameters: golden("svhn"), batch: golden("svhn") }
  const inspect = (change: Readonly<Record<string, string>>) =>
    dualcone(["inspect", ...Object.entries({ ...good, ...change }).flatMap(([flag, value]) => [`--${flag}`, value])])

  const changes: [Record<string, string>, string][] = [
    [{ network: "svhm" }, "network"],
    [{ parameters: "missing.safetensors" }, "missing.safetensors"],
    [{ parameters: golden("mnist") }, "parameter"],
    [{ batch: golden("mnist") }, "the shape of x"],
    [{ batch: golden("training-mnist") }, "the tensor x"],
    [{ aggregator: "upgra" }, "upgra"],
    [{ engine: "tpu" }, "tpu"],
    [{ out: "/dev/null/x" }, "/dev/null/x"]
  ]
  for (const [change, told] of changes) {
    test(JSON.stringify(change).slice(-60), async () => expect(refusal(await inspect(change))).toContain(told))
  }

  test("inputs that are not finite and labels of no class", async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, "batch.safetensors")
    const batch = (x: number, label: number) => {
      const data = new Float32Array(2 * 3072).fill(0.5)
      data[3072 + 7] = x
      const y = Int32Array.of(1, label)
      return Bun.write(
        file,
        writeSafetensors([
          { name: "x", dtype: "F32", shape: [2, 3, 32, 32], data },
          { name: "y", dtype: "I32", shape: [2], data: y }
        ])
      )
    }
    await batch(Number.NaN, 1)
    expect(refusal(await inspect({ batch: file }))).toContain("entry 7 of example 1")
    await batch(0, 10)
    expect(refusal(await inspect({ batch: file }))).toContain("label 1")
  })
})
