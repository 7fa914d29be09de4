/** `dualcone aggregate` with the flags of each kind of method, the values of objectives, and what `--list` tells. */
import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { methods } from "@dualcone/aggregation"
import { writeSafetensors } from "../src/index.ts"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"

const rows = "[[-4,1,1],[6,1,1]]"
const gramian = "[[18,-22],[-22,38]]"

async function result(args: readonly string[], stdin = rows) {
  const { code, stdout, stderr } = await dualcone(["aggregate", ...args], { stdin })
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}

describe("flags", () => {
  // Golden values of TorchJD and closed forms, to four digits.
  const golden: readonly (readonly [args: string, direction: readonly number[]])[] = [
    ["mgda", [0, 1, 1]],
    ["cagrad --c 0.5", [0.1835, 1.2041, 1.2041]],
    ["aligned-mtl --scale rmse", [0.5764, 2.6142, 2.6142]],
    ["aligned-mtl --scale-mode min", [0.2133, 0.9673, 0.9673]],
    ["nash-mtl --max-norm 1", [0.0542, 0.7061, 0.7061]],
    ["fairgrad --alpha 1", [0.0766, 0.9985, 0.9985]],
    ["config", [0.1588, 2.0706, 2.0706]],
    ["mixed --lambda 0.5", [-1, 1.5, 1.5]],
    ["bloop --lambda 0.5", [-3.4444, 2.1111, 2.1111]],
    ["bloop --lambda 0.5 --average before --rho 0.1", [-3.4444, 2.1111, 2.1111]],
    ["trimmed-mean --trim-number 0", [1, 1, 1]],
    ["cr-mogm --weighting mgda --smoothing constant:0.5 --initial-weights 1,0", [-2, 1, 1]],
    ["momentum --aggregator mgda --beta 0.5 --bias-correction false", [0, 0.5, 0.5]],
    ["grouped --weighting sum --groups 1,2", [2, 2, 2]],
    ["excess-mtl --robust-step-size 1e-9", [1, 1, 1]]
  ]
  for (const [args, direction] of golden) {
    test(args, async () => {
      const seen = await result(args.split(" "))
      expect(seen.direction).toEqual(direction.map((entry) => expect.closeTo(entry, 4)))
    })
  }

  test("another method as JSON with its options", async () => {
    const weighting = JSON.stringify({ name: "upgrad", ridge: "none" })
    const { weights } = await result(["cr-mogm", "--weighting", weighting])
    expect(weights).toEqual([expect.closeTo(10 / 9, 9), expect.closeTo(15 / 19, 9)])
  })

  test("a seed goes to methods that draw, also within a wrapper", async () => {
    const wide = JSON.stringify([0, 1].map((i) => Array.from({ length: 64 }, (_, k) => (-1) ** (i + k) * (k + 1))))
    const draw = (...args: string[]) => result(["graddrop", ...args], wide)
    expect(await draw("--seed", "1")).toEqual(await draw("--seed", "1"))
    expect((await draw("--seed", "1")).direction).not.toEqual((await draw()).direction)
    const wrapped = await result(["momentum", "--aggregator", "graddrop", "--seed", "1"], wide)
    expect(wrapped.direction).toEqual((await draw("--seed", "1")).direction)
    expect((await result(["mean", "--seed", "1"])).weights).toEqual([0.5, 0.5])
  })

  test("weights are null where there are none, the certificate where there is no program", async () => {
    expect(await result(["graddrop"])).toMatchObject({ weights: null, certificate: null })
    expect((await result(["mgda"])).certificate).toMatchObject({ status: "certified", residual: expect.any(Number) })
  })
})

describe("values of the objectives", () => {
  test("beside a Jacobian and beside a Gramian", async () => {
    const scaled = { weights: [0.5, 0.25] }
    const args = ["loss-scaled", "--weighting", "mean"]
    expect(await result(args, `{"jacobian": ${rows}, "values": [1, 2]}`)).toMatchObject(scaled)
    expect(await result(args, `{"values": [1, 2], "gramian": ${gramian}}`)).toMatchObject(scaled)
    expect((await result(["geometric-mean"], `{"gramian": ${gramian}, "values": [1, 4]}`)).weights).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(0.25, 12)
    ])
  })

  test("of a batch, one list for each problem", async () => {
    const seen = await result(["tchebycheff"], `{"jacobian": [${rows}, ${rows}], "values": [[1, 2], [2, 1]]}`)
    expect(seen.map(({ weights }: { weights: number[] }) => weights)).toEqual([
      [0, 0.5],
      [0.5, 0]
    ])
  })

  test("as a tensor", async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, "problem.safetensors")
    const jacobian = Float64Array.of(-4, 1, 1, 6, 1, 1)
    const tensors = [
      { name: "jacobian", dtype: "F64", shape: [2, 3], data: jacobian },
      { name: "values", dtype: "F64", shape: [2], data: Float64Array.of(1, 2) }
    ] as const
    await Bun.write(file, writeSafetensors(tensors))
    expect((await result(["loss-scaled", "--weighting", "mean", file])).weights).toEqual([0.5, 0.25])
  })
})

describe("refused with exit code 2 and one line", () => {
  const cases: readonly (readonly [args: string, stdin: string, told: string])[] = [
    ["graddrop", `{"gramian": ${gramian}}`, 'the method is "graddrop"; it needs the rows of the Jacobian'],
    ["bloop --average after", `{"gramian": ${gramian}}`, 'the method is "bloop"; it needs the rows of the Jacobian'],
    ["uw", `{"gramian": ${gramian}}`, "the number of values of the objectives is missing"],
    ["loss-scaled --weighting mean", rows, "the number of values of the objectives is 0; this method asks for one"],
    ["db-mtl", rows, "the number of values of the objectives is 0"],
    ["stch", `[${rows}]`, "the number of values of the objectives of problem 0 is 0"],
    ["stch", `{"jacobian": ${rows}, "values": [1, NaN]}`, "value 1 of the objectives is NaN"],
    ["uw", `{"jacobian": [${rows}, ${rows}], "values": [[1, 2], 3]}`, "the values of problem 1 is 3"],
    ["uw", `{"jacobian": [${rows}], "values": [[1, null]]}`, "value 1 of the objectives of problem 0 is null"],
    ["krum --byzantine 0", rows, "the number of rows for krum is 2; it must be at least 3"],
    ["uw", `{"jacobian": ${rows}, "values": [1]}`, "the number of values is 1"],
    ["uw", `{"jacobian": ${rows}, "values": [1, "2"]}`, 'value 1 of the objectives is "2"'],
    ["uw", `{"jacobian": ${rows}, "values": 1}`, "the values is 1"],
    ["uw", `{"jacobian": [${rows}], "values": [1, 2]}`, "the values is [1, 2]; it must be a list of 1 list"],
    ["mean", '{"values": [1, 2]}', "the keys of standard input"],
    ["trimmed-mean", rows, "trimmed-mean.trim is missing"],
    ["krum --byzantine x", rows, '--byzantine is "x"; it must be a finite number'],
    ["mgda --max-norm 1", rows, 'mgda.maxNorm is "1"; unknown key; known are name, solver'],
    ["cr-mogm", rows, "cr-mogm.weighting is missing"],
    ["cr-mogm --weighting graddrop", rows, 'cr-mogm.weighting.name is "graddrop"; it needs the whole Jacobian'],
    ["cr-mogm --weighting upgrade", rows, 'cr-mogm.weighting.name is "upgrade"; it must be one of upgrad, '],
    ["cr-mogm --weighting {name:1}", rows, "--weighting is"],
    ["momentum --aggregator mean --bias-correction maybe", rows, '--bias-correction is "maybe"'],
    ["grouped --weighting mean --groups 1,1", rows, "the sum of the groups is 2; it must be 3"]
  ]
  for (const [args, stdin, told] of cases) {
    test(`aggregate ${args} < ${stdin}`, async () => {
      expect(refusal(await dualcone(["aggregate", ...args.split(" ")], { stdin }))).toContain(told)
    })
  }
})

describe("--list", () => {
  test("tells of every method what it is, asks for, takes and promises", async () => {
    const list: { name: string }[] = await result(["--list"])
    expect(list.map(({ name }) => name)).toEqual(methods.map(({ name }) => name))
    expect(list.find(({ name }) => name === "graddrop")).toMatchObject({
      title: "GradDrop",
      asks: ["jacobian"],
      random: true,
      stateful: false,
      properties: { nonConflicting: false, linearUnderScaling: false, weighted: false }
    })
    expect(list.find(({ name }) => name === "bloop")).toMatchObject({ asks: ["gramian", "jacobian"] })
  })

  test("every parameter is a flag that --help describes with its methods", async () => {
    const { stdout } = await dualcone(["aggregate", "--help"])
    for (const { name: method, parameters } of methods) {
      for (const { name } of parameters) {
        const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
        const line = stdout.split("\n").find((text) => new RegExp(`--${flag}[ ,]`).test(text))
        expect(line).toBeDefined()
        if (name !== "seed") expect(line).toContain(method)
      }
    }
  })
})
