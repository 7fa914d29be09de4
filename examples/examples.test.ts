import { beforeAll, describe, expect, test } from "bun:test"
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const folder = import.meta.dirname
const examples = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
const deno = join(folder, "..", "node_modules", ".bin", "deno")

/** Those that Deno cannot run: TensorFlow.js registers gradients by modules whose imports name no extension. */
const inBunOnly = ["tfjs.ts"]
/** Those that end their process, since a library of theirs would keep it running. */
const endTheirProcess = ["jax.ts"]

function outputOf(command: string, ...args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `${stdout}${stderr}`}`)
  return stdout
}

/** The numbers in a text. */
const numbersIn = (text: string) => (text.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? []).map(Number)

/** What an example printed. */
interface Printed {
  /** The numbers of the one line that begins with this, the beginning left out. */
  numbers(beginning: string): number[]
  /** The first of them. */
  number(beginning: string): number
  readonly lines: readonly string[]
}

function printed(output: string): Printed {
  const lines = output.trimEnd().split("\n")
  const numbers = (beginning: string) => {
    const found = lines.filter((line) => line.startsWith(beginning))
    expect(found, beginning).toHaveLength(1)
    return numbersIn((found[0] ?? "").slice(beginning.length))
  }
  return { lines, numbers, number: (beginning) => numbers(beginning)[0] ?? Number.NaN }
}

const rising = (numbers: readonly number[]) => numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))

/** What each example shows, in the numbers that it prints. Exact where theory has the number, else an order. */
const claims: Readonly<Record<string, (output: Printed) => void>> = {
  "aggregate.ts"({ lines }) {
    const [byMean = [], byUpgrad = []] = lines.map(numbersIn)
    expect(byMean).toEqual([1, 1, 1, -2, 8])
    expect(byUpgrad.slice(0, 3)).toEqual([0.293, 1.9, 1.9])
    expect(Math.min(...byUpgrad.slice(3))).toBeGreaterThan(0)
  },
  "byzantine.ts"({ number }) {
    expect(number("mean: ")).toBeGreaterThan(100)
    expect(number("krum: ")).toBeLessThan(1)
    expect(number("trimmed-mean: ")).toBeLessThan(1)
  },
  "descend.ts"({ number, numbers }) {
    expect(number("mgda, step 100: values ")).toBeGreaterThan(4)
    expect(numbers("upgrad, step 100: values ")).toEqual([0, 0])
  },
  "effect.ts"({ lines, number }) {
    expect(number("iteration 1: mean loss ")).toBeCloseTo(Math.log(10), 1)
    const losses = lines.map((line) => numbersIn(line)[1] ?? Number.NaN)
    expect(losses.findIndex((loss) => loss < 1)).toBe(losses.length - 1)
  },
  "grouping.ts"({ number, numbers }) {
    const columns = numbers("columns of the layers: ")
    expect(columns).toHaveLength(3)
    for (const [i, parameters] of [(784 + 1) * 32, (32 + 1) * 16, (16 + 1) * 10].entries()) {
      expect(columns[i]).toBeGreaterThanOrEqual(parameters)
    }
    for (const way of ["together", "by layer"]) {
      expect(number(`${way}, step 32: mean loss `)).toBeLessThan(number(`${way}, step 16: mean loss `))
    }
    const [loss, cosine] = numbers("together, step 32: mean loss ")
    expect(numbers("by layer, step 32: mean loss ")).not.toEqual([loss, cosine])
  },
  "instance-wise-multi-task.ts"({ numbers }) {
    const [rows, ofClass = 0, ofParity = 0] = numbers("step 96: ")
    expect(rows).toBe(32)
    expect(ofClass).toBeLessThan(Math.log(10) / 3)
    expect(ofParity).toBeLessThan(Math.log(2) / 3)
  },
  "jax.ts"({ lines, number }) {
    expect(number("step 16: mean loss ")).toBeLessThan(Math.log(10) / 2)
    expect(number("step 48: mean loss ")).toBeLessThan(number("step 16: mean loss ") / 3)
    expect(lines.every((line) => line.endsWith(" certified"))).toBe(true)
  },
  "loss-scales.ts"({ number, numbers }) {
    const first = ": the first objective gains "
    expect(number(`UPGrad, paper's ridge${first}`)).toBeLessThan(0)
    expect(number(`UPGrad, strict ridge${first}`)).toBeGreaterThan(0)
    for (const method of ["unit norm", "loss scaled"]) {
      const [gain = 0, change = 1] = numbers(`${method}${first}`)
      expect(gain).toBeGreaterThan(0)
      expect(change).toBeLessThan(1e-12)
    }
    expect(number("A(1) + A(2) - 2 A(1.5), largest entry: ")).toBeLessThan(1e-12)
  },
  "main-and-auxiliary.ts"({ numbers }) {
    expect(numbers("mixed ends at ")).toEqual([0.5, 0, 0.125])
    expect(numbers("bloop ends at ")).toEqual([0, 0, 0])
  },
  "momentum.ts"({ numbers }) {
    const [alone = 0] = numbers("gradient alone: ")
    const [heavy = 0, , risesOfHeavy = 0] = numbers("heavy ball: ")
    const [both = 0, , risesOfBoth = 0] = numbers("UPGrad of gradient and momentum: ")
    expect(rising([heavy, both, 1, alone])).toBe(true)
    expect(risesOfHeavy).toBeGreaterThan(80)
    expect(risesOfBoth).toBeLessThan(5)
  },
  "monitoring.ts"({ lines }) {
    expect(lines).toHaveLength(16)
    expect(lines.every((line) => line.endsWith("certified"))).toBe(true)
    const calm = lines.filter((line) => line.includes(" 0 % conflict"))
    expect(calm).not.toEqual([])
    for (const line of calm) expect(numbersIn(line).slice(1)).toEqual([0.25, 0.25, 0.25, 0.25, 1, 0])
  },
  "multi-task.ts"({ numbers }) {
    const [ofClass = 0, ofParity = 0, conflicts = 0] = numbers("step 96: ")
    expect(ofClass).toBeLessThan(Math.log(10) / 3)
    expect(ofParity).toBeLessThan(Math.log(2) / 2)
    expect(conflicts).toBeGreaterThan(0)
  },
  "noisy-gradients.ts"({ number }) {
    expect(number("upgrad ends at distance ")).toBeGreaterThan(0.4) // in 64 runs .443 on average, CR-MOGM .012
    expect(number("cr-mogm ends at distance ")).toBeLessThan(0.05)
  },
  "optimizers.ts"({ numbers }) {
    const constant = numbers("AdamW: mean loss of the epochs ")
    const scheduled = numbers("AdamW with warm-up and cosine: mean loss of the epochs ")
    expect(scheduled[0]).toBeLessThan(constant[0] ?? 0)
    expect(scheduled[3]).toBeLessThan(constant[3] ?? 0)
    expect(rising(numbers("SGD: mean loss of the epochs ").reverse())).toBe(true)
  },
  "own-loop.ts"({ lines, number }) {
    expect(number("step 16: mean loss ")).toBeLessThan(number("step 4: mean loss "))
    expect(lines.every((line) => line.endsWith(" certified"))).toBe(true)
  },
  "partial-jd.ts"({ lines }) {
    expect(lines).toHaveLength(3)
    for (const line of lines) {
      const [before = 0, after = 0] = numbersIn(line)
      expect(after).toBeLessThan(before / 3)
    }
  },
  "preferences.ts"({ lines }) {
    const ends = lines.map((line) => numbersIn(line).slice(1))
    expect(rising(ends.map(([x = Number.NaN]) => x))).toBe(true)
    for (const [x = 9, y] of ends) {
      expect(Math.abs(x)).toBeLessThan(1)
      expect(y).toBe(0)
    }
    expect(ends[2]).toEqual([0, 0])
  },
  "products-only.ts"({ numbers }) {
    const [, , , afterTen] = numbers("step 10: values ")
    expect(afterTen).toBe(10 * (3 + 1))
    // At the mean of the targets, 1/3, each value is half of 400 (2/3)² + 800 (1/3)².
    const [a, b, c, afterTwenty] = numbers("step 20: values ")
    for (const value of [a, b, c]) expect(value).toBeCloseTo((400 * (4 / 9) + 800 * (1 / 9)) / 2, 0)
    expect(afterTwenty).toBe(20 * (3 + 1))
  },
  "recurrent.ts"({ numbers }) {
    const [first, last] = [numbers("step 16: "), numbers("step 64: ")]
    expect(last).toHaveLength(8)
    expect(Math.max(...last)).toBeLessThan(Math.min(...first))
  },
  "residual.ts"({ number }) {
    expect(number("step 48: mean loss ")).toBeLessThan(number("step 8: mean loss ") / 3)
  },
  "resume.ts"({ lines }) {
    const [unbroken, stopped, resumed] = lines
    expect(stopped).toStartWith("after step 5: ")
    expect(resumed).toStartWith("after step 16: ")
    expect(resumed).toBe(unbroken)
  },
  "scalarizations.ts"({ numbers }) {
    expect(Math.min(...numbers("wells, mean: values ").slice(0, 2))).toBeLessThan(0.02)
    for (const [left, right] of [
      [0.4, 0.6],
      [0.5, 0.5],
      [0.6, 0.4]
    ] as const) {
      // The weighted values λ L are equal where the Tchebycheff maximum is least, and nearly so for a small μ.
      const [a = 0, b = 0] = numbers(`wells, STCH with preference ${left},${right}: values `)
      expect(Math.abs(left * a - right * b)).toBeLessThan(0.02)
    }
    const shares = (method: string) => numbers(`bowls, ${method}: values `).slice(2)
    const [easy = 0, hard = 0] = shares("mean")
    expect(hard - easy).toBeGreaterThan(100)
    const [one = 0, other = 0] = shares("famo")
    expect(Math.abs(one - other)).toBeLessThan(5)
    expect(Math.max(one, other)).toBeLessThan(70)
  },
  "smooth-network.ts"({ numbers }) {
    const [loss = 0, bound = 0] = numbers("without it: loss ")
    const [mixedLoss = 0, mixedBound = 0] = numbers("mixed: loss ")
    const [bloopLoss = 0, bloopBound = 0] = numbers("bloop: loss ")
    expect(Math.max(mixedBound, bloopBound)).toBeLessThan(bound - 0.4)
    expect(mixedLoss).toBeGreaterThan(4 * loss)
    expect(bloopLoss).toBeLessThan(1.25 * loss)
  },
  "tfjs.ts"({ numbers }) {
    const [digit = 9, parity = 9] = numbers("step 48: digit ")
    expect(digit).toBeLessThan(Math.log(10) / 5)
    expect(parity).toBeLessThan(Math.log(2) / 5)
  },
  "tied-weights.ts"({ numbers }) {
    const tied = numbers("Gramian of the tied layer: ")
    const sum = numbers("sum of its two places: ")
    const cross = numbers("cross terms: ")
    for (let i = 0; i < 4; i++) expect(tied[i]).toBeCloseTo((sum[i] ?? 0) + (cross[i] ?? 0), 2)
    expect(Math.max(...cross.map(Math.abs))).toBeGreaterThan(0.1)
  },
  "train-digits.ts"({ number }) {
    expect(number("iteration 48: mean loss ")).toBeLessThan(number("iteration 8: mean loss ") / 3)
  },
  "trajectories.ts"({ numbers }) {
    const [, riseOfMean = 0] = numbers("mean: ends at most ")
    expect(riseOfMean).toBeCloseTo(1.236, 2) // the largest rise of the mean on one of the paper's paths
    const [farthest = 0, rise = 1] = numbers("upgrad: ends at most ")
    expect(rise).toBeLessThan(0.01)
    expect(farthest).toBeLessThan(numbers("mgda: ends at most ")[0] ?? 0)
  }
}

/** The examples in Deno, most of them in one process: what each printed. */
function printedInDeno(): ReadonlyMap<string, string> {
  const together = examples.filter((name) => ![...inBunOnly, ...endTheirProcess].includes(name))
  const paths = Object.fromEntries(together.map((name) => [name, pathToFileURL(join(folder, name)).href]))
  const mark = "-- example "
  const code = `for (const [name, path] of Object.entries(${JSON.stringify(paths)})) {
    console.log(${JSON.stringify(mark)} + name)
    await import(path).catch((error) => console.log(error))
  }`
  const [, ...sections] = outputOf(deno, "eval", code).split(mark)
  return new Map([
    ...sections.map((text): [string, string] => [
      text.slice(0, text.indexOf("\n")),
      text.slice(text.indexOf("\n") + 1)
    ]),
    ...endTheirProcess.map((name): [string, string] => [name, outputOf(deno, "run", "--allow-all", name)])
  ])
}

describe("examples", () => {
  let inDeno: ReadonlyMap<string, string> | null = null
  beforeAll(() => {
    if (existsSync(deno)) inDeno = printedInDeno()
    else console.warn("Deno is missing: the examples ran in Bun only")
  }, 120_000)

  test("each has claims, and each claim an example", () => expect(Object.keys(claims)).toEqual(examples.sort()))
  test("CI has Deno", () => expect(inDeno !== null || process.env.CI !== "true").toBe(true))

  for (const example of examples) {
    const everywhere = !inBunOnly.includes(example)
    test(`${example} shows what it says, in Bun${everywhere ? " and in Deno" : ""}`, () => {
      const output = outputOf(process.execPath, example)
      claims[example]?.(printed(output))
      if (inDeno !== null && everywhere) expect(inDeno.get(example)).toBe(output)
    })
  }
})
