/** `dualcone aggregate`: results with full precision, and every bad input refused in one line. */
import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { writeSafetensors } from "../src/index.ts"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"

const rows = "[[-4,1,1],[6,1,1]]"

describe("results", () => {
  test("UPGrad of the two gradients of the contract", async () => {
    const { code, stdout, stderr } = await dualcone(["aggregate", "upgrad"], { stdin: rows })
    const result = JSON.parse(stdout)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(result).toMatchObject({ method: "upgrad", objectives: 2, parameters: 3 })
    const [a, b, c] = result.direction
    expect(a).toBeCloseTo(0.2929, 4)
    expect([b, c]).toEqual([expect.closeTo(1.9004, 4), expect.closeTo(1.9004, 4)])
    expect(result.weights).toEqual([expect.closeTo(1.1109, 4), expect.closeTo(0.7894, 4)])
    expect(result.certificate).toMatchObject({ status: "certified", ridge: { kind: "trace", epsilon: 1e-4 } })
  })

  const same: [string, string[], string, object][] = [
    ["an object with jacobian", ["mean"], `{"jacobian": ${rows}}`, { direction: [1, 1, 1], certificate: null }],
    [
      "a Gramian has no direction",
      ["mean"],
      '{"gramian": [[18,-22],[-22,38]]}',
      { direction: null, parameters: null, weights: [0.5, 0.5] }
    ],
    ["flags before the method", ["--weights", "0.25,0.5", "constant"], rows, { direction: [2, 0.75, 0.75] }],
    ["negative weights", ["constant", "--weights=-1,0.5"], rows, { direction: [7, -0.5, -0.5] }],
    ["stdin as -", ["sum", "-"], rows, { direction: [2, 2, 2] }]
  ]
  for (const [name, args, stdin, expected] of same) {
    test(name, async () => {
      const { code, stdout } = await dualcone(["aggregate", ...args], { stdin })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject(expected)
    })
  }

  test("both solvers agree, and a preference moves the direction towards its row", async () => {
    const direction = async (...args: string[]) => {
      const { stdout } = await dualcone(["aggregate", "upgrad", "--ridge", "none", ...args], { stdin: rows })
      return JSON.parse(stdout).direction[0]
    }
    expect(await direction("--solver", "clarabel")).toBeCloseTo(await direction(), 8)
    expect(await direction("--preference", "0.1,0.9")).toBeGreaterThan(await direction())
  })

  test("a batch of problems in safetensors gives a list, each as it would be alone", async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, "problems.safetensors")
    const data = Float64Array.of(-4, 1, 1, 6, 1, 1, 1, 0, 0, 0, 1, 0)
    await Bun.write(file, writeSafetensors([{ name: "jacobian", dtype: "F64", shape: [2, 2, 3], data }]))
    const batch = JSON.parse((await dualcone(["aggregate", "upgrad", file])).stdout)
    const alone = JSON.parse((await dualcone(["aggregate", "upgrad"], { stdin: rows })).stdout)
    expect(batch).toHaveLength(2)
    expect(batch[0]).toEqual(alone)
  })

  test("a large direction arrives whole through a pipe", async () => {
    const wide = JSON.stringify([Array.from({ length: 60_000 }, (_, i) => i / 7)])
    const { stdout } = await dualcone(["aggregate", "mean"], { stdin: wide })
    expect(JSON.parse(stdout).direction).toEqual(JSON.parse(wide)[0])
  })

  test("--list names every method with parameters and properties", async () => {
    const list: unknown[] = JSON.parse((await dualcone(["aggregate", "--list"])).stdout)
    for (const name of ["upgrad", "dualproj", "mean", "sum", "constant"]) {
      expect(list).toContainEqual(
        expect.objectContaining({ name, properties: expect.any(Object), parameters: expect.any(Array) })
      )
    }
  })
})

describe("refused with exit code 2 and one line", () => {
  const inputs: [string, string][] = [
    ["[[1,2],[3]]", "row 1"],
    ["[[1,NaN]]", "row 0, column 1 of the Jacobian is NaN"],
    ["[[1,2],[-Infinity,3]]", "row 1, column 0 of the Jacobian is -Infinity"],
    ["[[1e999]]", "row 0, column 0 of the Jacobian is Infinity"],
    ['[[1,"a"]]', 'row 0, column 1 of the Jacobian is "a"'],
    ["[[1,null]]", "row 0, column 1 of the Jacobian is null"],
    ["[]", "rows"],
    ["[[]]", "columns"],
    ["[1,2]", "row 0"],
    ["", "it must be JSON"],
    ["{", "it must be JSON"],
    ["null", "standard input is null"],
    ["{}", "the keys"],
    ['{"jacobian":[[1]],"gramian":[[1]]}', "the keys"],
    ['{"gramian":[[1,2]]}', "columns of the Gramian"],
    ['{"gramian":[[1,2],[3,4]]}', "row 1, column 0 of the Gramian is 3"],
    ["[[[1]],[[1,2],[3]]]", "problem 1"]
  ]
  for (const [stdin, told] of inputs) {
    test(`input ${JSON.stringify(stdin)}`, async () => {
      expect(refusal(await dualcone(["aggregate", "upgrad"], { stdin }))).toContain(told)
    })
  }

  const usages: [string[], string][] = [
    [["upgra"], '"upgra"'],
    [[], "METHOD"],
    [["upgrad", "no-such-file.json"], "no-such-file.json"],
    [["upgrad", "--ridge", "trace"], "upgrad.ridge"],
    [["upgrad", "--ridge", "trace:-1"], "upgrad.ridge"],
    [["upgrad", "--solver", "newton"], "upgrad.solver"],
    [["upgrad", "--weights", "1,2"], "upgrad.weights"],
    [["upgrad", "--preference", "1,x"], 'entry 2 of --preference is "x"'],
    [["upgrad", "--preference", "1"], "preference"],
    [["upgrad", "--preference", "1,0"], "preference[1]"],
    [["constant"], "constant.weights"],
    [["constant", "--weights", "1"], "weights"],
    [["mean", "--ridge", "none"], "mean.ridge"],
    [["upgrad", "--bogus"], "--bogus"],
    [["upgrad", "--seed", "1.5"], "--seed"],
    [["upgrad", "-", "more"], "more"]
  ]
  for (const [args, told] of usages) {
    test(`aggregate ${args.join(" ")}`, async () => {
      expect(refusal(await dualcone(["aggregate", ...args], { stdin: rows }))).toContain(told)
    })
  }

  test("an unknown command", async () => {
    expect(refusal(await dualcone(["agregate"]))).toContain("agregate")
  })

  test("--debug shows the stack", async () => {
    const { code, stderr } = await dualcone(["aggregate", "upgrad", "--debug"], { stdin: "[[NaN]]" })
    expect(code).toBe(2)
    expect(stderr).toMatch(/\n\s+at /)
  })
})

test("--version and --help", async () => {
  expect((await dualcone(["--version"])).stdout).toMatch(/^dualcone v\d+\.\d+\.\d+\n$/)
  const help = await dualcone(["--help"])
  expect(help.code).toBe(0)
  for (const command of ["demo", "train", "aggregate", "inspect", "doctor"]) expect(help.stdout).toContain(command)
})
