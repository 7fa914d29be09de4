/** `dualcone figure`: what it writes and prints, what it refuses, and that Bun and Deno write the same bytes. */
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { dualcone, refusal, temporaryFolder } from "./command-line.ts"
import { denoCommand } from "./deno.ts"
import { smallSweep, writtenSweep } from "./small-sweep.ts"

setDefaultTimeout(60_000)

const main = new URL("../src/main.ts", import.meta.url).pathname
const short = { learningRates: [0.05, 0.1], data: [{ ...smallSweep.data[0], epochs: 2 }] }
const names = ["curves-digits.svg", "rates-digits.svg", "results", "runs", "times"].flatMap((name) =>
  name.endsWith(".svg") ? [name] : [`${name}.csv`, `${name}.md`]
)

describe("figures of a sweep", () => {
  test("are written into its folder or another one, and listed on stdout", async () => {
    using folder = temporaryFolder()
    const sweep = join(folder.path, "sweep")
    await dualcone(["sweep", await writtenSweep(folder.path, short), "--out", sweep])
    const { code, stdout, stderr } = await dualcone(["figure", sweep])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const out = join(sweep, "figures")
    const listed = JSON.parse(stdout)
    expect(listed.out).toBe(out)
    expect(listed.files[0]).toEqual({
      file: join(out, "curves-digits.svg"),
      kind: "figure",
      title: "MNIST digits: loss and similarity of updates"
    })
    expect(listed.files.map(({ file }: { file: string }) => file).sort()).toEqual(names.map((name) => join(out, name)))
    expect(readdirSync(out).sort()).toEqual(names)
    expect(readFileSync(join(out, "results.md"), "utf8")).toMatch(/\| MNIST digits \| SGD +\| +16 \| UPGrad/)

    const elsewhere = join(folder.path, "elsewhere")
    expect((await dualcone(["figure", sweep, "--out", elsewhere, "--png"])).code).toBe(0)
    const deno = await denoCommand("figures were")
    if (deno === undefined) return
    const denoOut = join(folder.path, "deno")
    const child = Bun.spawn([deno, "run", "-A", main, "figure", sweep, "--out", denoOut, "--png"], { stdout: "ignore" })
    expect(await child.exited).toBe(0)
    for (const name of names) {
      const content = readFileSync(join(out, name), "utf8")
      expect(readFileSync(join(elsewhere, name), "utf8")).toBe(content)
      expect(readFileSync(join(denoOut, name), "utf8")).toBe(content)
    }
    for (const name of ["curves-digits.png", "rates-digits.png"]) {
      expect(readFileSync(join(elsewhere, name)).equals(readFileSync(join(denoOut, name)))).toBe(true)
    }
  })
})

describe("figures of studies", () => {
  test("are drawn from runs made on the spot", async () => {
    using folder = temporaryFolder()
    const { code, stdout, stderr } = await dualcone(["figure", "cr-mogm", "--out", join(folder.path, "out")])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const file = join(folder.path, "out", "cr-mogm.svg")
    expect(JSON.parse(stdout).files).toEqual([{ file, kind: "figure", title: "Averaged weights against noise" }])
    // docs/noise.svg is this picture, in whichever runtime it is drawn.
    const picture = readFileSync(new URL("../../../docs/noise.svg", import.meta.url), "utf8")
    expect(readFileSync(file, "utf8")).toBe(picture)
  })
})

describe("refusals", () => {
  test("name the folder or the file, and write nothing", async () => {
    using folder = temporaryFolder()
    expect(refusal(await dualcone(["figure"]))).toContain("name the folder of a sweep")
    expect(refusal(await dualcone(["figure", folder.path]))).toContain(
      "sweep.sqlite cannot be opened: there is no such"
    )
    expect(refusal(await dualcone(["figure", folder.path, "--jpeg"]))).toContain("--jpeg")
    expect(refusal(await dualcone(["figure", "bloop", "--data", "files"]))).toContain("only bloop-lipschitz reads")
    const nowhere = ["figure", "bloop-lipschitz", "--data", join(folder.path, "nowhere"), "--out", folder.path]
    expect(refusal(await dualcone(nowhere))).toMatch(/nowhere.*"dualcone data fashion-mnist" says which, and fetches/)
    const file = join(folder.path, "file")
    await Bun.write(file, "")
    expect(refusal(await dualcone(["figure", "cr-mogm", "--out", file]))).toContain("cannot be created")
    await Bun.write(join(folder.path, "sweep.sqlite"), "no database")
    expect(refusal(await dualcone(["figure", folder.path]))).toContain("sweep.sqlite cannot be opened")
    expect(existsSync(join(folder.path, "figures"))).toBe(false)
  })

  test("a sweep without a run that is done has no figures", async () => {
    using folder = temporaryFolder()
    const sweep = join(folder.path, "sweep")
    const change = { seeds: [0], learningRates: [1e38], aggregators: ["upgrad"] }
    await dualcone(["sweep", await writtenSweep(folder.path, change), "--out", sweep])
    const message = refusal(await dualcone(["figure", sweep]))
    expect(message).toContain("none of the sweep's 1 runs is done, and 1 diverged, so there is nothing to draw")
    expect(existsSync(join(sweep, "figures"))).toBe(false)
  })
})
