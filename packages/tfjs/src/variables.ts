/**
 * The variables of a model as one vector of parameters: side by side in their order, each row-major.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { engine, Tensor, tensor, tidy, Variable } from "@tensorflow/tfjs-core"

/** Variables and where the entries of each begin in the vector of all. */
export interface Layout {
  readonly variables: readonly Variable[]
  /** One a variable. */
  readonly offsets: readonly number[]
  /** n, the entries of all. */
  readonly parameters: number
}

/**
 * The layout of these variables; of all trainable ones of the engine when none are named, as `optimizer.minimize` has it.
 *
 * @throws InputError for none, for one named twice or disposed, and for one that is not float32.
 */
export function layoutOf(named?: readonly Variable[]): Layout {
  const variables = named ?? Object.values(engine().registeredVariables).filter(({ trainable }) => trainable)
  if (variables.length === 0) {
    const rule = "there must be at least one; make it by tf.variable before its losses are linearized"
    throw new InputError({ rule, place: "the number of variables", value: 0 })
  }
  const names = new Set<string>()
  const offsets: number[] = []
  let parameters = 0
  for (const [i, variable] of variables.entries()) {
    checkVariable(variable, i)
    if (names.has(variable.name)) {
      throw new InputError({ rule: "each must be another one", place: `entry ${i} of variables`, value: variable.name })
    }
    names.add(variable.name)
    offsets.push(parameters)
    parameters += variable.size
  }
  return { variables, offsets, parameters }
}

function checkVariable(variable: unknown, i: number): void {
  if (!(variable instanceof Variable)) {
    const value = variable instanceof Tensor ? "a tensor" : variable
    throw new InputError({ rule: "it must be a tf.Variable", place: `entry ${i} of variables`, value })
  }
  const { name, dtype, isDisposed } = variable
  if (isDisposed) throw new InputError({ rule: "it must be alive", place: `the variable ${name}`, value: "disposed" })
  if (dtype === "float32") return
  const rule = "only float32 has gradients; leave it out of `variables`, or make it with trainable = false"
  throw new InputError({ rule, place: `the dtype of the variable ${name}`, value: dtype })
}

/** Reads the variables into one vector. */
export async function read({ variables, offsets, parameters }: Layout): Promise<Float32Array> {
  const vector = new Float32Array(parameters)
  const entries = await Promise.all(variables.map((variable) => variable.data<"float32">()))
  for (const [i, values] of entries.entries()) vector.set(values, offsets[i])
  return vector
}

/** Sets the variables to the entries of one vector. */
export function assign(layout: Layout, vector: Float32Array): void {
  tidy(() => {
    for (const [i, value] of tensorsOf(layout, vector).entries()) layout.variables[i]?.assign(value)
  })
}

/** One vector as a tensor for each variable, of its shape. The caller disposes them. */
export function tensorsOf({ variables, offsets }: Layout, vector: Float32Array): readonly Tensor[] {
  return variables.map(({ shape, size }, i) => {
    const start = offsets[i] ?? 0
    return tensor(vector.slice(start, start + size), shape, "float32")
  })
}
