/**
 * Typed-array views of WebAssembly memory. Growing a memory detaches every view of it, so a view that is kept
 * has to be derived again; what is kept here is a function that does so only when the memory has grown.
 *
 * @module
 */

/** A typed array that can view a part of a memory. */
type ViewKind<A extends ArrayBufferView> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => A

/**
 * A function that returns the view of `length` entries at byte `pointer`: the same object at every call, and a
 * new one after the memory has grown.
 *
 * `memoryView(memory, Float64Array, solver.weightsPointer, objectives)`
 */
export function memoryView<A extends ArrayBufferView>(
  memory: WebAssembly.Memory,
  kind: ViewKind<A>,
  pointer: number,
  length: number
): () => A {
  let view = new kind(memory.buffer, pointer, length)
  return () => {
    if (view.buffer !== memory.buffer) view = new kind(memory.buffer, pointer, length)
    return view
  }
}

/** The byte offset of `array` in `memory`, or null when it lives elsewhere. */
export function pointerInto(memory: WebAssembly.Memory, array: ArrayBufferView): number | null {
  return array.buffer === memory.buffer ? array.byteOffset : null
}
