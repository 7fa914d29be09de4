/** The kernel that finds the weights, alone, against the solver in float64 on the same Gramians. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { dualproj, type Gramian, generator, paper, upgrad, weighting } from "@dualcone/aggregation"
import { networks } from "@dualcone/network"
import { loadWasm } from "@dualcone/wasm"
import { at } from "../../network/test/golden.ts"
import { layOut } from "../src/arenas.ts"
import { BUFFER, COMPUTE_STAGE, MAP_READ } from "../src/bits.ts"
import { HEADER_SIZE, makeHeaderWriter } from "../src/header.ts"
import { planOptimizer } from "../src/optimizer.ts"
import { passesOf } from "../src/passes.ts"
import { compile } from "../src/pipelines.ts"
import { stagesOf } from "../src/stages.ts"
import { gpu, present } from "./adapter.ts"

setDefaultTimeout(120_000) // software GPUs compile a network for seconds

const wasm = await loadWasm()
const EPSILON = 1e-4

interface Found {
  readonly weights: Float64Array
  /** Of all programs: the largest residual, and whether each was solved. */
  readonly residual: number
  readonly solved: boolean
}

type Solve = (gramian: Float32Array, scales?: Float32Array, rows?: number) => Promise<Found>

/** The kernel in buffers of its own, planned for `planned` rows. */
async function planKernel(program: "upgrad" | "dualproj", planned: number): Promise<Solve> {
  const { device } = present()
  const stages = stagesOf(networks.svhn)
  const optimizer = planOptimizer({ name: "sgd", learningRate: 1 })
  const arenas = layOut(stages, { batchSize: planned, vectors: 0 })
  const { summary } = arenas
  const pass = passesOf(stages, arenas, { program: { name: program, epsilon: EPSILON }, optimizer }).find(
    ({ label }) => label === "dual-cone"
  )
  if (pass === undefined) throw new Error("there is no such pass")
  const layout = device.createBindGroupLayout({
    entries: [0, 8].map((binding): GPUBindGroupLayoutEntry => {
      return { binding, visibility: COMPUTE_STAGE, buffer: { type: binding === 0 ? "uniform" : "storage" } }
    })
  })
  const [pipeline] = await compile(present(), layout, [pass])
  if (pipeline === undefined) throw new Error("there is no pipeline")
  const bytes = 4 * summary.direction
  const both = BUFFER.copySource | BUFFER.copyDestination
  const header = device.createBuffer({ size: 4 * HEADER_SIZE, usage: BUFFER.uniform | BUFFER.copyDestination })
  const headerBytes = makeHeaderWriter()
  const memory = device.createBuffer({ size: bytes, usage: BUFFER.storage | both })
  const staging = device.createBuffer({ size: bytes, usage: BUFFER.mapRead | BUFFER.copyDestination })
  const group = device.createBindGroup({
    layout,
    entries: [
      { binding: 0, resource: { buffer: header } },
      { binding: 8, resource: { buffer: memory } }
    ]
  })
  return async (gramian, scales = new Float32Array(planned).fill(1), rows = planned) => {
    const values = new Float32Array(summary.direction)
    values.set(scales, summary.scales)
    values.fill(1 / rows, summary.preference, summary.preference + rows)
    for (let i = 0; i < rows; i++) {
      values.set(gramian.subarray(i * rows, (i + 1) * rows), summary.gramian + i * planned)
    }
    device.queue.writeBuffer(memory, 0, values)
    const content = { examples: rows, update: false, first: true, method: 1, stamp: 0 } as const
    device.queue.writeBuffer(header, 0, headerBytes({ ...content, corrections: [1, 1], learningRates: [] }))
    const encoder = device.createCommandEncoder()
    const compute = encoder.beginComputePass()
    compute.setPipeline(pipeline)
    compute.setBindGroup(0, group)
    compute.dispatchWorkgroups(pass.workgroups(rows))
    compute.end()
    encoder.copyBufferToBuffer(memory, 0, staging, 0, bytes)
    device.queue.submit([encoder.finish()])
    await staging.mapAsync(MAP_READ)
    const result = new Float32Array(staging.getMappedRange()).slice()
    staging.unmap()
    const programs = Array.from({ length: pass.workgroups(rows) }, (_, i) => i)
    const projection = (i: number, j: number) => at(result, summary.projections + i * planned + j)
    const report = (i: number, field: number) => at(result, summary.reports + 4 * i + field)
    return {
      weights: Float64Array.from({ length: rows }, (_, j) =>
        program === "dualproj" ? projection(0, j) : programs.reduce((sum, i) => sum + projection(i, j) / rows, 0)
      ),
      residual: Math.max(...programs.map((i) => report(i, 0))),
      solved: programs.every((i) => report(i, 3) === 1)
    }
  }
}

/** Rows of `columns` normal numbers. */
function normalRows(seed: number, rows: number, columns: number): Float64Array[] {
  const draws = generator(seed)
  const uniform = () => (draws.next() + 0.5) / 2 ** 32
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  return Array.from({ length: rows }, () => Float64Array.from({ length: columns }, normal))
}

function gramianOf(rows: readonly Float64Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((a) => rows.map((b) => a.reduce((sum, x, k) => sum + x * at(b, k), 0))))
}

/** Classes of Gramians from the easy to the singular. */
const classes: Readonly<Record<string, (seed: number, m: number) => Float32Array>> = {
  "independent rows": (seed, m) => gramianOf(normalRows(seed, m, 4 * m)),
  "lengths over six decades": (seed, m) =>
    gramianOf(normalRows(seed, m, 4 * m).map((row, i) => row.map((x) => x * 10 ** ((-6 * i) / m)))),
  "two camps": (seed, m) =>
    gramianOf(
      normalRows(seed, m, 4 * m).map((row, i) => row.map((x, k) => x + (k === 0 ? (i % 2 === 0 ? 9 : -9) : 0)))
    ),
  "half the rank": (seed, m) => gramianOf(normalRows(seed, m, m / 2)),
  "half the rank, lengths over three decades": (seed, m) =>
    gramianOf(normalRows(seed, m, m / 2).map((row, i) => row.map((x) => x * 10 ** ((-3 * i) / m))))
}

const exact = (program: "upgrad" | "dualproj", gramian: Gramian): Float64Array => {
  const method = program === "upgrad" ? upgrad({ ridge: paper }) : dualproj({ ridge: paper })
  using solver = weighting(wasm, method, gramian.objectives)
  return solver.weigh(gramian).weights.slice()
}

/** ‖Jᵀ(v − w)‖ / ‖Jᵀ w‖ under the regularised Gramian. */
function error({ objectives: m, values }: Gramian, v: Float64Array, w: Float64Array): number {
  let trace = 0
  for (let i = 0; i < m; i++) trace += at(values, i * (m + 1))
  const square = (x: (i: number) => number) => {
    let sum = 0
    for (let i = 0; i < m; i++) {
      sum += EPSILON * trace * x(i) ** 2
      for (let j = 0; j < m; j++) sum += x(i) * x(j) * at(values, i * m + j)
    }
    return Math.max(sum, 0)
  }
  return Math.sqrt(square((i) => at(v, i) - at(w, i)) / square((i) => at(w, i)))
}

const float64 = (m: number, values: Float32Array): Gramian => ({ objectives: m, values: Float64Array.from(values) })

describe.skipIf(gpu === null).each([
  ["upgrad", 6],
  ["upgrad", 32],
  ["upgrad", 64],
  ["dualproj", 32],
  ["dualproj", 64]
] as const)("%s, %i rows", (program, m) => {
  let solve: Solve
  beforeAll(async () => {
    solve = await planKernel(program, m)
  })

  test.each(Object.keys(classes))("%s: every program is solved, the direction to 1e-4", async (name) => {
    for (const seed of [1, 2]) {
      const gramian = classes[name]?.(seed, m) ?? new Float32Array()
      const found = await solve(gramian)
      const wanted = exact(program, float64(m, gramian))
      expect(found.solved).toBe(true)
      expect(found.residual).toBeLessThan(1e-5)
      expect(error(float64(m, gramian), found.weights, wanted)).toBeLessThan(1e-4)
    }
  })

  test("a common scale of 2^-70 changes no bit, though its squares underflow", async () => {
    const gramian = classes["two camps"]?.(3, m) ?? new Float32Array()
    const plain = await solve(gramian)
    const scaled = await solve(gramian, new Float32Array(m).fill(2 ** -70))
    expect(scaled.weights).toEqual(plain.weights)
  })

  test("fewer rows than planned are solved as if planned", async () => {
    const gramian = classes["independent rows"]?.(4, m - 2) ?? new Float32Array()
    const found = await solve(gramian, undefined, m - 2)
    const wanted = exact(program, float64(m - 2, gramian))
    expect(error(float64(m - 2, gramian), found.weights, wanted)).toBeLessThan(1e-5)
  })

  test("rows of zeros keep their preference", async () => {
    const found = await solve(new Float32Array(m * m), new Float32Array(m))
    for (const weight of found.weights) expect(weight).toBeCloseTo(1 / m, 7)
  })

  test("a Gramian that is not finite is not called solved", async () => {
    const gramian = classes["independent rows"]?.(5, m) ?? new Float32Array()
    gramian[0] = Number.NaN
    expect((await solve(gramian)).solved).toBe(false)
  })
})
