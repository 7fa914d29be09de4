/** How many threads there are, and the module for them. */
import { describe, expect, test } from "bun:test"
import { InputError, loadWasm, loadWasmFor, threadCount, threadless, threadsOfUse } from "@dualcone/wasm"

describe("a number of threads", () => {
  test("is auto, or an integer from 1 to 64", () => {
    expect(threadCount("auto")).toBe("auto")
    expect(threadCount(1)).toBe(1)
    expect(threadCount(64)).toBe(64)
    for (const wrong of [0, 65, 1.5, "2", null, undefined]) expect(() => threadCount(wrong)).toThrow(InputError)
    expect(() => threadCount(0, "--threads")).toThrow("--threads is 0; it must be auto or an integer from 1 to 64")
  })

  test("of use is that of the cores, up to eight", () => {
    expect(threadsOfUse()).toBe(Math.min(navigator.hardwareConcurrency, 8))
  })
})

describe("loadWasmFor", () => {
  test("one thread is loadWasm's module, without workers", async () => {
    expect(await loadWasmFor(1)).toBe(await loadWasm())
    expect(await loadWasm()).toMatchObject({ threads: 1, workers: null })
  })

  test("more threads share one module and its workers, and remember how many were asked for", async () => {
    const [two, three, auto] = await Promise.all([loadWasmFor(2), loadWasmFor(3), loadWasmFor("auto")])
    expect([two.threads, three.threads, auto.threads]).toEqual([2, 3, threadsOfUse()])
    expect(three.memory).toBe(two.memory)
    expect(three.workers).toBe(two.workers)
    expect(two.memory.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test("where a host has no shared memory, one thread has to do", async () => {
    const kept = globalThis.SharedArrayBuffer
    try {
      Reflect.deleteProperty(globalThis, "SharedArrayBuffer")
      expect(threadless()).toContain("SharedArrayBuffer")
      expect(await loadWasmFor("auto")).toBe(await loadWasm())
    } finally {
      Object.defineProperty(globalThis, "SharedArrayBuffer", { value: kept, writable: true, configurable: true })
    }
    expect(threadless()).toBeNull()
  })

  test("where a thread may not wait, as a page's own, one thread has to do", async () => {
    const kept = Atomics.wait
    try {
      Object.defineProperty(Atomics, "wait", {
        value: () => {
          throw new TypeError("Atomics.wait cannot be called in this context")
        },
        configurable: true
      })
      expect(threadless()).toContain("run the engine in a worker")
      expect(await loadWasmFor(4)).toBe(await loadWasm())
    } finally {
      Object.defineProperty(Atomics, "wait", { value: kept, writable: true, configurable: true })
    }
  })
})

describe("UPGrad's programs on several threads", () => {
  test.each([63, 64, 90])("%i objectives: the bits of one thread, and workers that end", async (m) => {
    const several = await loadWasmFor(3)
    const rows = Array.from({ length: m }, (_, i) =>
      Array.from({ length: 2 * m }, (_, k) => (((i * 7919 + k * 104_729) % 2003) / 1001.5 - 1) * (i === k ? 3 : 1))
    )
    const gramian = rows.flatMap((a) => rows.map((b) => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0)))
    const weights = [await loadWasm(), several].map((wasm) => {
      using solver = new wasm.DualConeSolver(m, "trace", 1e-4, "pivoting", wasm.threads)
      expect(solver.threads).toBe(m < 64 ? 1 : wasm.threads)
      using _workers = wasm.workers?.hold(solver.threads) ?? { [Symbol.dispose]: () => {} }
      new Float64Array(wasm.memory.buffer, solver.gramianPointer, m * m).set(gramian)
      for (let call = 0; call < 20; call++) solver.upgrad(solver.gramianPointer)
      return Array.from(new Float64Array(wasm.memory.buffer, solver.weightsPointer, m))
    })
    expect(weights[1]).toEqual(weights[0] ?? [])
    while ((several.workers?.serving ?? 0) > 0) await Bun.sleep(1)
  })
})

describe("a process", () => {
  const run = async (end: string) => {
    const script = `
      import { loadWasmFor } from "${new URL("../src/index.ts", import.meta.url).pathname}"
      const { workers } = await loadWasmFor(3)
      const held = workers.hold(3)
      await workers.ready()
      console.log("serving", workers.serving)
      ${end}`
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "ignore" })
    return { stdout: await new Response(child.stdout).text(), code: await child.exited }
  }

  test.each([
    ["ends by itself once its workers are let go", "held[Symbol.dispose]()", 0],
    ["ends by itself although its workers are held", "", 0],
    ["ends by itself after an error", "throw new Error('on purpose')", 1]
  ])("%s", async (_, end, code) => {
    expect(await run(end)).toEqual({ stdout: "serving 2\n", code })
  })
})
