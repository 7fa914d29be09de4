/** Pictures of paths: well-formed, complete, small, and the same every time. */
import { describe, expect, test } from "bun:test"
import { generator } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { bloopConditioning } from "../src/problems/bloop-conditioning.ts"
import { cqf } from "../src/problems/cqf.ts"
import { crMogm } from "../src/problems/cr-mogm.ts"
import { ewq } from "../src/problems/ewq.ts"
import type { Problem } from "../src/problems/problem.ts"
import { problemByName, problems } from "../src/problems/problems.ts"
import {
  type MethodTrajectories,
  type TrajectoryPictureOptions,
  trajectoryPicture
} from "../src/trajectories/trajectory-picture.ts"

const labels = ["mean", "upgrad", "mgda", "cagrad", "pcgrad", "random", "nash-mtl", "imtl-g", "dualproj", "graddrop"]

/** Descent on a fixed mixture of the objectives, another one for each method. */
function mixtures(problem: Problem, count: number, steps = 60): readonly MethodTrajectories[] {
  return Array.from({ length: count }, (_, k) => ({
    method: labels[k] ?? "other",
    label: `Method ${k} & <co>`,
    paths: problem.starts.map((start) => {
      const x = Float64Array.from(start)
      const path = [x.slice()]
      const share = (k + 0.5) / count
      for (let step = 0; step < steps; step++) {
        const jacobian = problem.jacobian(x)
        for (let i = 0; i < x.length; i++) {
          const slope = share * (jacobian[i] ?? 0) + (1 - share) * (jacobian[x.length + i] ?? 0)
          x[i] = (x[i] ?? 0) - problem.protocol.learningRate * slope
        }
        problem.project?.(x)
        path.push(x.slice())
      }
      return path
    })
  }))
}

const picture = (problem: Problem, count: number, more: Partial<TrajectoryPictureOptions> = {}) =>
  trajectoryPicture({ problem, methods: mixtures(problem, count), ...more })

/** Tags that open and close in order, attributes once each, no bare `<` or `&`: what a strict XML parser asks for. */
function expectWellFormed(svg: string) {
  const open: string[] = []
  let rest = svg
  while (rest !== "") {
    const text = /^[^<]+/.exec(rest)?.[0]
    if (text !== undefined) {
      expect(text).not.toMatch(/&(?!(amp|lt|gt|quot);)/)
      rest = rest.slice(text.length)
      continue
    }
    const tag = /^<(\/?)([a-zA-Z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/.exec(rest)
    expect(tag === null ? rest.slice(0, 80) : "a tag").toBe("a tag")
    if (tag === null) return
    const [whole, closing, name = "", attributes = "", empty] = tag
    const names = [...attributes.matchAll(/ ([a-zA-Z:-]+)=/g)].map(([, attribute]) => attribute)
    expect(new Set(names).size).toBe(names.length)
    if (closing === "/") expect(open.pop()).toBe(name)
    else if (empty !== "/") open.push(name)
    rest = rest.slice(whole.length)
  }
  expect(open).toEqual([])
}

const pathsIn = (svg: string) => [...svg.matchAll(/<path class="run [^"]*" data-method="([^"]*)" data-start="(\d+)"/g)]

describe.each(problems(Math).map((problem) => [problem.name, problem] as const))("%s", (_, problem) => {
  const count = problem.parameters > 30 ? 1 : 3
  const svg = picture(problem, count)

  test("its picture is well-formed, without a number that is not one, and below 400 KB", () => {
    expectWellFormed(svg)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg.length).toBeLessThan(400_000)
  })

  test("its picture has one path for each method, start and space", () => {
    const spaces = problem.view.parameters === null ? 1 : 2
    expect(pathsIn(svg)).toHaveLength(count * problem.starts.length * spaces)
  })
})

describe("layouts", () => {
  test.each([1, 2, 4, 5, 7, 10, 12])("%p methods have a panel each, named once", (count) => {
    for (const space of ["parameters", "values", "both"] as const) {
      const svg = picture(ewq, count, { space, layout: "panels" })
      expectWellFormed(svg)
      const spaces = space === "both" ? 2 : 1
      expect(svg.match(/<use /g)).toHaveLength(count * spaces)
      expect(pathsIn(svg)).toHaveLength(count * 5 * spaces)
      expect(svg.match(/class="label /g)).toHaveLength(count)
    }
  })

  test("up to three methods share panels, more have their own", () => {
    expect(picture(cqf, 3).match(/<use /g)).toHaveLength(2)
    expect(picture(cqf, 4).match(/<use /g)).toHaveLength(8)
    expect(picture(cqf, 4, { layout: "overlay" }).match(/<use /g)).toHaveLength(2)
  })

  test("panels stand inside the picture and do not overlap", () => {
    for (const count of [1, 2, 3, 5, 8, 12]) {
      const svg = picture(cqf, count, { layout: "panels" })
      const [, width = "", height = ""] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []
      const side = Number(/<clipPath id="[^"]*"><rect width="(\d+)"/.exec(svg)?.[1])
      const places = [...svg.matchAll(/<g transform="translate\((\d+) (\d+)\)">\n<use/g)].map(
        ([, x, y]) => [Number(x), Number(y)] as const
      )
      places.forEach(([x, y], k) => {
        expect(x + side).toBeLessThanOrEqual(Number(width) - 20)
        expect(y + side).toBeLessThanOrEqual(Number(height) - 60)
        for (const [otherX, otherY] of places.slice(k + 1)) {
          expect(Math.max(Math.abs(x - otherX), Math.abs(y - otherY))).toBeGreaterThanOrEqual(side + 20)
        }
      })
    }
  })

  test("a method's heading tells how far its farthest end is from the Pareto set", () => {
    const methods = [{ method: "mgda", label: "MGDA", paths: [[Float64Array.of(3, 4)], [Float64Array.of(0, 1)]] }]
    expect(trajectoryPicture({ problem: ewq, methods, layout: "panels" })).toContain(">5.0</text>")
  })
})

describe("details", () => {
  test("the same input gives the same bytes", () => {
    expect(picture(cqf, 3)).toBe(picture(cqf, 3))
  })

  test("light and dark, the mean dashed, labels escaped, texts of one's own", () => {
    const svg = picture(cqf, 2, { title: "A & B", subtitle: "two <runs>" })
    expect(svg).toContain("@media(prefers-color-scheme:dark){")
    expect(svg).toContain('class="run c0 dashed" data-method="mean"')
    expect(svg).toContain('class="run c1" data-method="upgrad"')
    expect(svg).toContain("Method 0 &amp; &lt;co&gt;")
    expect(svg).toContain(">A &amp; B</text>")
    expect(svg).toContain(">two &lt;runs&gt;</text>")
  })

  test("the single point of EWQ's Pareto set is a ring, CQF's a line", () => {
    expect(picture(ewq, 1)).toContain('<circle class="set"')
    expect(picture(cqf, 1)).toContain('<path class="set"')
    expect(picture(bloopConditioning(), 1)).toContain('<path class="set"')
  })

  test("ids and styles hold below the picture's own id", () => {
    const svg = picture(cqf, 2, { id: "left-one" })
    for (const [, id = ""] of svg.matchAll(/ id="([^"]*)"/g)) expect(id).toStartWith("left-one")
    const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(svg) ?? []
    const rules = style.replace("@media(prefers-color-scheme:dark){", "").matchAll(/([^{}]+)\{/g)
    for (const [, selectors = ""] of rules) {
      for (const selector of selectors.trim().split(",")) expect(selector).toStartWith("#left-one ")
    }
  })

  test("long trembling paths of twelve methods stay below 400 KB", () => {
    const draw = generator(1)
    const tremble = () =>
      Array.from({ length: 5000 }, () =>
        Float64Array.of((draw.next() / 2 ** 31 - 1) * 0.9, (draw.next() / 2 ** 32) * 0.7)
      )
    const methods = Array.from({ length: 12 }, (_, k) => ({
      method: labels[k] ?? "x",
      label: `${k}`,
      paths: [tremble()]
    }))
    const svg = trajectoryPicture({ problem: crMogm, methods })
    expect(svg.length).toBeLessThan(400_000)
    expect(svg.length).toBeGreaterThan(50_000)
  })

  test("a path ends in the picture where it leaves the numbers", () => {
    const paths = [[Float64Array.of(1, 1), Float64Array.of(2, 2), Float64Array.of(Number.NaN, 2)]]
    const svg = trajectoryPicture({ problem: ewq, methods: [{ method: "mean", label: "m", paths }], layout: "panels" })
    expect(svg).not.toContain("NaN")
    expect(svg).toContain(">diverged</text>")
    expect(svg.match(/<path class="end f0"/g)).toHaveLength(2)
  })

  test("what cannot be drawn is refused", () => {
    expect(() => trajectoryPicture({ problem: ewq, methods: [] })).toThrow(
      "the number of methods is 0; there must be 1 to 12"
    )
    expect(() => picture(ewq, 1, { id: "a b" })).toThrow(InputError)
    const bias = problemByName("bloop-bias", Math)
    expect(() => picture(bias, 1, { space: "parameters" })).toThrow(/no plane stands for the parameters of bloop-bias/)
    const methods = [{ method: "mean", label: "m", paths: [[new Float64Array(3)]] }]
    expect(() => trajectoryPicture({ problem: ewq, methods })).toThrow(InputError)
  })
})
