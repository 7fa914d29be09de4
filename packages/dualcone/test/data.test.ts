/** `dualcone data`: what is there, what is missing, and how it gets there; and data sets by name in training. */
import { describe, expect, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"

const official = "/usr/share/datasets/fashion-mnist"
const installed = existsSync(official)
if (!installed) console.warn("SKIPPED: tests with Fashion-MNIST (Debian: apt-get install dataset-fashion-mnist)")

interface Listed {
  readonly folder: string
  readonly sets: readonly {
    readonly name: string
    readonly complete: boolean
    readonly folder: string | null
    readonly sources: readonly string[]
    readonly files: readonly { readonly name: string; readonly state: string; readonly reason?: string }[]
  }[]
}

async function listed(cwd: string, ...args: string[]): Promise<Listed> {
  const { code, stdout, stderr } = await dualcone(["data", "--json", ...args], { cwd })
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}

describe("the list", () => {
  test("has every set, its files and where they belong", async () => {
    using folder = temporaryFolder()
    const { sets } = await listed(folder.path)
    expect(sets.map(({ name }) => name)).toEqual([
      ...["mnist", "fashion-mnist", "kmnist", "cifar10", "svhn", "eurosat"],
      ...["multi-mnist", "multi-fashion", "cifar10-mnist"]
    ])
    for (const { name, folder: place, complete, files, sources } of sets) {
      if (name.endsWith("fashion") || name.endsWith("fashion-mnist")) continue
      expect(complete).toBe(false)
      expect(place).toBe(sources.length === 0 ? `dualcone-data/${name}` : null)
      for (const file of files) expect(file.state).toBe("missing")
    }
    expect(readdirSync(folder.path)).toEqual([])
  })

  test("is for people without --json: which file goes where, and from where", async () => {
    using folder = temporaryFolder()
    const { code, stdout } = await dualcone(["data", "svhn", "--folder", "sets"], { cwd: folder.path })
    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        "svhn: SVHN, 73,257 + 26,032 examples of 3 x 32 x 32; licence: for non-commercial use only",
        "  in sets/svhn",
        "  missing  train_32x32.mat, 182,040,794 bytes, from http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
        "  missing  test_32x32.mat, 64,275,384 bytes, from http://ufldl.stanford.edu/housenumbers/test_32x32.mat\n"
      ].join("\n")
    )
  })

  test("of a set that is made of others has those", async () => {
    using folder = temporaryFolder()
    const { sets } = await listed(folder.path, "cifar10-mnist")
    expect(sets.map(({ name }) => name)).toEqual(["mnist", "cifar10", "cifar10-mnist"])
  })

  test("tells a wrong file", async () => {
    using folder = temporaryFolder()
    mkdirSync(join(folder.path, "sets", "eurosat"), { recursive: true })
    writeFileSync(join(folder.path, "sets", "eurosat", "EuroSAT.zip"), "other")
    const [eurosat] = (await listed(folder.path, "eurosat", "--folder", "sets")).sets
    expect(eurosat?.files[0]).toMatchObject({ name: "EuroSAT.zip", state: "wrong" })
    expect(eurosat?.files[0]?.reason).toContain("8ebea626349354c5328b142b96d0430e647051f26efc2dc974c843f25ecf70bd")
    const { stdout } = await dualcone(["data", "eurosat", "--folder", "sets"], { cwd: folder.path })
    expect(stdout).toContain("  wrong    EuroSAT.zip: its SHA-256 is")
  })

  test.skipIf(!installed)("finds Debian's Fashion-MNIST, unless the own folder has files", async () => {
    using folder = temporaryFolder()
    const [debian] = (await listed(folder.path, "fashion-mnist")).sets
    expect(debian).toMatchObject({ complete: true, folder: official })
    mkdirSync(join(folder.path, "dualcone-data", "fashion-mnist"), { recursive: true })
    expect((await listed(folder.path, "fashion-mnist")).sets[0]?.folder).toBe(official)
    const name = "t10k-labels-idx1-ubyte.gz"
    symlinkSync(join(official, name), join(folder.path, "dualcone-data", "fashion-mnist", name))
    const [own] = (await listed(folder.path, "fashion-mnist")).sets
    expect(own).toMatchObject({ complete: false, folder: "dualcone-data/fashion-mnist" })
    expect(own?.files.map(({ state }) => state)).toEqual(["missing", "missing", "missing", "recompressed"])
  })
})

describe("--download", () => {
  test("without a network is one line, and leaves nothing", async () => {
    using folder = temporaryFolder()
    const args = ["data", "kmnist", "--download", "--from", "http://127.0.0.1:1/"]
    const { code, stdout, stderr } = await dualcone(args, { cwd: folder.path })
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
    expect(stderr).toMatch(/^dualcone: train-images-idx3-ubyte.gz cannot be fetched from http:\/\/127[^\n]+ by hand\n$/)
    expect(readdirSync(folder.path)).toEqual([])
  })

  test.skipIf(!installed)("fetches what is missing, checks it, and only once", async () => {
    using folder = temporaryFolder()
    const asked: string[] = []
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        const name = new URL(request.url).pathname.slice("/sets/".length)
        asked.push(name)
        return new Response(Bun.file(join(official, name)))
      }
    })
    const own = join(folder.path, "sets", "fashion-mnist")
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, "t10k-labels-idx1-ubyte.gz"), "wrong")
    const args = ["data", "multi-fashion", "--folder", "sets", "--download", "--from", new URL("sets", server.url).href]
    const first = await dualcone(args, { cwd: folder.path })
    expect(first.code).toBe(0)
    expect(first.stderr.trimEnd().split("\n")).toHaveLength(4)
    expect(first.stderr).toContain("dualcone: fetched sets/fashion-mnist/t10k-labels-idx1-ubyte.gz\n")
    expect(asked).toHaveLength(4)
    expect(readdirSync(own).sort()).toEqual(readdirSync(official).sort())
    const second = await dualcone([...args, "--json"], { cwd: folder.path })
    expect(second.stderr).toBe("dualcone: fashion-mnist is complete in sets/fashion-mnist\n")
    expect(JSON.parse(second.stdout).sets).toMatchObject([
      { complete: true },
      { name: "multi-fashion", complete: true }
    ])
    expect(asked).toHaveLength(4)
  })

  test("of no set, and of an unknown one, is refused", async () => {
    expect(refusal(await dualcone(["data", "--download"]))).toContain("--download fetches one set")
    expect(refusal(await dualcone(["data", "cifar100"]))).toContain(
      'NAME is "cifar100"; it must be one of mnist, fashion'
    )
  })
})

describe("training on a set by its name", () => {
  const heads = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { layers: [{ kind: "linear", outputs: 10 }] }]))
  const config = (data: object, network: object, objective: unknown = "instance-wise-cross-entropy") => ({
    ...{ network, data, objective, batchSize: 4, seed: 1, engine: "cpu" },
    ...{ aggregator: { name: "upgrad" }, optimizer: { name: "sgd", learningRate: 0.01 } }
  })
  const trunk = { name: "small", input: [1, 28, 28], layers: [{ kind: "max-pool2d", kernel: 4 }, { kind: "flatten" }] }
  const train = async (cwd: string, content: object) => {
    await Bun.write(join(cwd, "config.json"), JSON.stringify(content))
    return dualcone(["train", "config.json", "--out", "run"], { cwd })
  }

  test.skipIf(!installed)("takes the examples of a run by its seed", async () => {
    using folder = temporaryFolder()
    const network = { ...trunk, layers: [...trunk.layers, { kind: "linear", outputs: 10 }] }
    const digest = async (data: object) => {
      const { code, stdout, stderr } = await train(folder.path, config({ name: "fashion-mnist", ...data }, network))
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      return JSON.parse(stdout).digest
    }
    const third = await digest({ examples: 16, seed: 3 })
    expect(await digest({ examples: 16, from: 48, folder: official })).toBe(third)
    expect(await digest({ examples: 16, seed: 2 })).not.toBe(third)
  })

  test.skipIf(!installed)("takes two labels an example, in the order of the heads", async () => {
    using folder = temporaryFolder()
    const data = { name: "multi-fashion", split: "test", examples: 12 }
    const tasks = { kind: "multi-task", losses: { left: "cross-entropy", right: "cross-entropy" } }
    const objective = JSON.parse(JSON.stringify(tasks))
    const network = { ...trunk, heads: heads("left", "right") }
    const { code, stderr } = await train(folder.path, config(data, network, objective))
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const swapped = { ...trunk, heads: heads("right", "left") }
    expect(refusal(await train(folder.path, config(data, swapped, objective)))).toContain("in the order left, right")
  })

  test("without its files is refused, naming the first and how to get it", async () => {
    using folder = temporaryFolder()
    const told = refusal(await train(folder.path, config({ name: "cifar10", examples: 8 }, trunk)))
    expect(told).toContain("dualcone-data/cifar10/cifar-10-binary.tar.gz is missing")
    expect(told).toContain('"dualcone data cifar10" says which')
    const named = refusal(await train(folder.path, config({ name: "svhn", folder: "here", split: "test" }, trunk)))
    expect(named).toContain(`${join(folder.path, "here", "test_32x32.mat")} is missing`)
  })
})
