import { describe, expect, test } from "bun:test"
import { memoryView, pointerInto } from "@dualcone/wasm"

describe("a view of a memory", () => {
  test("is the same object until the memory grows", () => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const view = memoryView(memory, Float64Array, 64, 3)
    expect(view()).toBe(view())
  })

  test("shows the same numbers after the memory has grown", () => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const view = memoryView(memory, Float64Array, 64, 3)
    view().set([1, 2, 3])
    memory.grow(1)
    expect(Array.from(view())).toEqual([1, 2, 3])
    expect(view().buffer).toBe(memory.buffer)
  })

  test("shows the same numbers after a shared memory has grown", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true })
    const view = memoryView(memory, Int32Array, 8, 2)
    view().set([4, 5])
    memory.grow(1)
    expect(Array.from(view())).toEqual([4, 5])
    expect(view().buffer).toBe(memory.buffer)
  })
})

describe("the pointer of an array", () => {
  test("is its byte offset inside the memory, and null outside", () => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    expect(pointerInto(memory, new Float64Array(memory.buffer, 128, 4))).toBe(128)
    expect(pointerInto(memory, new Float64Array(4))).toBeNull()
  })
})
