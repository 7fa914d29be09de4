/**
 * Trees of arrays, and the vector of all their entries: leaves side by side in jax-js's order, each row-major.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { Array as JaxArray, type JsTree, type JsTreeDef, numpy, tree } from "@jax-js/jax"

/** Arrays in lists and objects, however deep. The type of an object has to be a `type`, not an `interface`. */
export type Tree = JsTree<JaxArray>

/** How the leaves of a tree lie in the vector of all entries. */
export interface Layout {
  readonly structure: JsTreeDef
  readonly shapes: readonly (readonly number[])[]
  /** Entries of each leaf. */
  readonly sizes: readonly number[]
  /** n, the entries of all. */
  readonly parameters: number
}

/**
 * The layout of a tree of parameters.
 *
 * @throws InputError for a tree without leaves, and for a leaf that is no float32 array.
 */
export function layoutOf(parameters: Tree): Layout {
  const [leaves, structure] = tree.flatten<unknown>(parameters)
  if (leaves.length === 0) {
    throw new InputError({ rule: "there must be at least one", place: "the number of parameters", value: 0 })
  }
  const shapes = leaves.map((leaf, i) => {
    const place = `leaf ${i} of the parameters ${structure}`
    if (!(leaf instanceof JaxArray)) throw new InputError({ rule: "it must be an array of jax-js", place, value: leaf })
    if (String(leaf.dtype) === "float32") return leaf.shape
    const rule = "it must be float32; cast it in the loss where it is to be computed with in another precision"
    throw new InputError({ rule, place: `the dtype of ${place}`, value: leaf.dtype })
  })
  const sizes = shapes.map((shape) => shape.reduce((size, length) => size * length, 1))
  return { structure, shapes, sizes, parameters: sizes.reduce((sum, size) => sum + size, 0) }
}

/** A tree of the structure of `like`, with other leaves in the same order. */
export function withLeaves<T extends Tree>(like: T, leaves: readonly JaxArray[]): T {
  let next = 0
  return tree.map<JaxArray, JaxArray, T>((leaf) => leaves[next++] ?? leaf, like)
}

/** Reads the leaves into one vector; uses them up. */
export async function vectorOf(leaves: readonly JaxArray[], { parameters, sizes }: Layout): Promise<Float32Array> {
  const vector = new Float32Array(parameters)
  const entries = await Promise.all(leaves.map((leaf) => leaf.data()))
  let offset = 0
  for (const [i, values] of entries.entries()) {
    vector.set(values, offset)
    offset += sizes[i] ?? 0
  }
  return vector
}

/** A vector as a tree like `like`, on the devices of its leaves. */
export function treeOf<T extends Tree>(like: T, vector: Float32Array, { shapes, sizes }: Layout): T {
  let offset = 0
  const leaves = tree.leaves<JaxArray>(like).map((leaf, i) => {
    const start = offset
    offset += sizes[i] ?? 0
    return numpy.array(vector.slice(start, offset), { shape: [...(shapes[i] ?? [])], device: leaf.device })
  })
  return withLeaves(like, leaves)
}
