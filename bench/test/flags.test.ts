/** The command line of the bench. */
import { describe, expect, test } from "bun:test"
import { InputError } from "@dualcone/wasm"
import { parseFlags } from "../flags.ts"
import { loadOurEngine } from "../our-engine.ts"

const names = (...args: readonly string[]) => parseFlags(args).networks.map(({ name }) => name)

test("all networks are timed on the CPU, the paper's on WebGPU, unless some are named", () => {
  expect(names()).toEqual(["svhn", "cifar10", "eurosat", "mnist", "lenet", "resnet"])
  expect(names("webgpu")).toEqual(["svhn", "cifar10", "eurosat", "mnist"])
  expect(names("--networks", "resnet, svhn")).toEqual(["resnet", "svhn"])
  expect(names("--networks", "none")).toEqual([])
})

test("without flags there are no peers, no files and a thread a core", () => {
  const expected = {
    suite: "cpu",
    python: null,
    javascript: false,
    deno: false,
    json: null,
    picture: null,
    threads: "auto",
    rounds: 8
  }
  expect(parseFlags([])).toMatchObject(expected)
})

describe("wrong usage is refused by name", () => {
  test.each([
    [["--networks", "imagenet"], 'an entry of --networks is "imagenet"; it must be one of svhn,cifar10'],
    [["--rounds", "0"], '--rounds is "0"; it must be an integer of at least 1'],
    [["--threads", "two"], '--threads is "two"; it must be auto or an integer from 1 to 64'],
    [["--objectives", "4,x"], 'an entry of --objectives is "x"'],
    [["--picture", "steps.png"], '--picture is "steps.png"; it must end in .svg'],
    [["--picture", "steps.svg", "--networks", "none"], "a picture needs steps"],
    [["webgpu", "--javascript"], "go with the CPU's steps alone"],
    [["webgpu", "--deno"], "go with the CPU's steps alone"],
    [["cuda"], 'the suite is "cuda"; it is webgpu, conflict or nothing'],
    [["conflict"], "name a Python with torch and torchjd"],
    [["--colour"], "the command line"]
  ])("%p", (args, message) => {
    expect(() => parseFlags(args)).toThrow(InputError)
    expect(() => parseFlags(args)).toThrow(message)
  })
})

test("our engine has the threads that are asked for", async () => {
  for (const threads of [1, 3]) expect((await loadOurEngine(threads)).threads).toBe(threads)
})
