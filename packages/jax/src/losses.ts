/**
 * Losses of a pure function, and their linearizations.
 *
 * @module
 */
import { type CombinedLosses, type JacobianLinearization, linearizeJacobian } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { Array as JaxArray, type JsTreeDef, numpy, tree } from "@jax-js/jax"
import { type Compiled, compileExamples, compileVector, type Flat } from "./compile.ts"
import { type Layout, layoutOf, type Tree, treeOf, vectorOf, withLeaves } from "./tree.ts"

/** A linearization at a tree of parameters: a direction has their entries side by side, leaf by leaf, each row-major. */
export interface ParametersLinearization<P extends Tree> extends JacobianLinearization<Float32Array> {
  /** A direction as a tree like the parameters, on their devices: for an optimizer that takes trees. It is yours. */
  tree(direction: Float32Array): P
}

/**
 * m losses f as a function of parameters and inputs, compiled at the first call for each shape. All methods use their
 * arrays up, as every function of jax-js does. Dispose it to free what was compiled.
 */
export interface Losses<P extends Tree, I extends Tree[]> extends Disposable {
  /** f(x), from a forward pass. */
  values(parameters: P, ...inputs: I): Promise<Float64Array>
  /** f(x) and Jᵀ w for m weights that are known beforehand, from one forward and one backward pass. */
  combined(weights: ArrayLike<number>, parameters: P, ...inputs: I): Promise<CombinedLosses>
  /**
   * f linearized at the parameters: f(x), J Jᵀ, Jᵀ w and J, m × n, on which every aggregator works. The gradients are
   * computed by jax-js in float32 and read asynchronously; the Jacobian is then kept in main memory, 4 m n bytes, and
   * the Gramian is summed in float64.
   *
   * @throws InputError, as a rejection, for parameters that are not float32 arrays or of another structure than in the
   * first call, for losses of a wrong shape or dtype, and for values or gradients that are not finite.
   */
  linearize(parameters: P, ...inputs: I): Promise<ParametersLinearization<P>>
}

/**
 * One loss an example: of m examples, row i of the Jacobian is the gradient of the loss of example i, by
 * `vmap(grad(loss))`. The inputs of the compiled losses have a leading axis of m examples, in every leaf; those of `loss`
 * are without it.
 *
 * @param loss returns a float32 scalar, and uses its arguments up
 */
export function exampleLosses<P extends Tree, I extends Tree[]>(
  loss: (parameters: P, ...example: I) => JaxArray
): Losses<P, I> {
  return makeLosses(loss, compileExamples, checkExamples)
}

/**
 * Any m losses of one forward pass, such as those of m tasks: row i of the Jacobian is the pullback of the i-th unit
 * vector, by `vmap` of `vjp`.
 *
 * @param losses returns a float32 array of the shape [m], and uses its arguments up
 */
export function vectorLosses<P extends Tree, I extends Tree[]>(
  losses: (parameters: P, ...inputs: I) => JaxArray
): Losses<P, I> {
  return makeLosses(losses, compileVector, checkInputs)
}

function makeLosses<P extends Tree, I extends Tree[]>(
  losses: (parameters: P, ...inputs: I) => JaxArray,
  compile: (flat: Flat) => Compiled,
  check: (leaves: readonly unknown[]) => asserts leaves is readonly JaxArray[]
): Losses<P, I> {
  let known: { readonly parameters: JsTreeDef; readonly inputs: JsTreeDef; readonly compiled: Compiled } | undefined

  /** The compiled functions for trees of the structure of these, which are to stay as they are. */
  function prepare(parameters: P, inputs: I) {
    const layout = layoutOf(parameters)
    const [inputLeaves, inputStructure] = tree.flatten<JaxArray>(inputs)
    check(inputLeaves)
    if (known === undefined) {
      const compiled = compile((p, x) => losses(withLeaves(parameters, p), ...withLeaves(inputs, x)))
      known = { parameters: layout.structure, inputs: inputStructure, compiled }
    }
    checkStructure(layout.structure, known.parameters, "the parameters")
    checkStructure(inputStructure, known.inputs, "the inputs")
    return { layout, leaves: tree.leaves<JaxArray>(parameters), inputLeaves, compiled: known.compiled }
  }

  return {
    async values(parameters, ...inputs) {
      const { leaves, inputLeaves, compiled } = prepare(parameters, inputs)
      return Float64Array.from(await compiled.values(leaves, inputLeaves).data())
    },
    async combined(weights, parameters, ...inputs) {
      const { layout, leaves, inputLeaves, compiled } = prepare(parameters, inputs)
      const w = numpy.array(Float32Array.from(weights))
      const [values, gradient] = compiled.combined(leaves, inputLeaves, w)
      const [found, direction] = await Promise.all([values.data(), vectorOf(gradient, layout)])
      return { values: Float64Array.from(found), direction }
    },
    async linearize(parameters, ...inputs) {
      const { layout, leaves, inputLeaves, compiled } = prepare(parameters, inputs)
      const [values, rows] = compiled.rows(leaves, inputLeaves)
      const found = Float64Array.from(await values.data())
      const jacobian = await matrixOf(rows, found.length, layout)
      const linearization = linearizeJacobian(
        { values: jacobian, objectives: found.length, parameters: layout.parameters },
        found
      )
      return { ...linearization, tree: (direction) => treeOf(parameters, direction, layout) }
    },
    [Symbol.dispose]() {
      known?.compiled[Symbol.dispose]()
      known = undefined
    }
  }
}

/** Leaves of [m, ...shape] side by side as one matrix, m × n; uses them up. */
async function matrixOf(
  leaves: readonly JaxArray[],
  m: number,
  { parameters: n, sizes }: Layout
): Promise<Float32Array> {
  const matrix = new Float32Array(m * n)
  const entries = await Promise.all(leaves.map((leaf) => leaf.data()))
  let offset = 0
  for (const [i, values] of entries.entries()) {
    const size = sizes[i] ?? 0
    for (let row = 0; row < m; row++) matrix.set(values.subarray(row * size, (row + 1) * size), row * n + offset)
    offset += size
  }
  return matrix
}

function checkStructure(found: JsTreeDef, known: JsTreeDef, place: string): void {
  if (found.equals(known)) return
  const rule = `it was ${known} in the first call; compile the losses anew for another one`
  throw new InputError({ rule, place: `the structure of ${place}`, value: String(found) })
}

function checkInputs(leaves: readonly unknown[]): asserts leaves is readonly JaxArray[] {
  const wrong = leaves.findIndex((leaf) => !(leaf instanceof JaxArray))
  if (wrong < 0) return
  throw new InputError({
    rule: "it must be an array of jax-js",
    place: `leaf ${wrong} of the inputs`,
    value: leaves[wrong]
  })
}

function checkExamples(leaves: readonly unknown[]): asserts leaves is readonly JaxArray[] {
  checkInputs(leaves)
  const [first] = leaves
  if (first === undefined) {
    throw new InputError({ rule: "there must be at least one, of m examples", place: "the number of inputs", value: 0 })
  }
  const [m = 0] = first.shape
  const wrong = leaves.findIndex(({ shape }) => shape.length === 0 || shape[0] !== m || m === 0)
  if (wrong < 0) return
  const rule = `its leading axis must be that of the examples, ${m} as in leaf 0 and at least 1`
  throw new InputError({ rule, place: `the shape of leaf ${wrong} of the inputs`, value: leaves[wrong]?.shape })
}
