import { describe, expect, test } from "bun:test"
import { loadWasm } from "@dualcone/wasm"

describe("loadWasm", () => {
  test("loads once: every call has the same module", async () => {
    const [first, second] = await Promise.all([loadWasm(), loadWasm()])
    expect(second).toBe(first)
    expect(first.memory).toBeInstanceOf(WebAssembly.Memory)
  })

  test("gives classes that compute: UPGrad of two rows that conflict", async () => {
    const wasm = await loadWasm()
    using solver = new wasm.DualConeSolver(2, "none", 0, "pivoting", 1)
    new Float64Array(wasm.memory.buffer, solver.gramianPointer, 4).set([18, -22, -22, 38])
    solver.upgrad(solver.gramianPointer)
    const [w1 = 0, w2 = 0] = new Float64Array(wasm.memory.buffer, solver.weightsPointer, 2)
    // Each gradient less its component along the other: (1 + 22/18) / 2 and (1 + 22/38) / 2.
    expect(w1).toBeCloseTo(10 / 9, 12)
    expect(w2).toBeCloseTo(15 / 19, 12)
  })

  test("from an address: another answer than the file is refused by name, and may be tried again", async () => {
    const file = new URL("../module/dualcone_bg.wasm", import.meta.url)
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      routes: {
        "/module.wasm": new Response(Bun.file(file)),
        "/page": new Response("<p>", { headers: { "content-type": "text/html" } })
      },
      fetch: () => new Response(null, { status: 404 })
    })
    try {
      // A module of its own, which has loaded nothing yet.
      const fresh: typeof import("../src/load.ts") = await import(`../src/load.ts?${crypto.randomUUID()}`)
      await expect(fresh.loadWasm(new URL("/nothing", server.url))).rejects.toThrow("it must be dualcone_bg.wasm")
      await expect(fresh.loadWasm(`${server.url}page`)).rejects.toThrow('page is "a page"')
      const { memory } = await fresh.loadWasm(new URL("/module.wasm", server.url))
      expect(memory).toBeInstanceOf(WebAssembly.Memory)
    } finally {
      await server.stop(true)
    }
  })
})
