/**
 * Gradients of losses as vectors of all n parameters, on the device.
 *
 * @module
 */
import type { CombinedLosses } from "@dualcone/aggregation"
import {
  add,
  cast,
  clone,
  concat,
  dispose,
  keep,
  mul,
  oneHot,
  reshape,
  scalar,
  slice,
  stack,
  sum,
  Tensor,
  tensor1d,
  tidy,
  zeros
} from "@tensorflow/tfjs-core"
import { checkedLoss, checkedLosses, type Losses, objectivesOf, type RowLosses, type VectorLosses } from "./losses.ts"
import { type Backward, onTape } from "./tape.ts"
import type { Layout } from "./variables.ts"

/** Entries of gradients that lie on the device before they are read: 64 MiB. */
const READ_AT_ONCE = 2 ** 24

/**
 * The rows of a linearization, block by block: of each row one tensor of 1 + n entries, its loss and its gradient. A block
 * is disposed when the next one is asked for, or no more.
 *
 * Rows with forward passes of their own come in blocks of 64 MiB (or of one row). A vector of losses is one block, since
 * its tape cannot wait for a read.
 *
 * @throws InputError for losses of a wrong kind, shape or dtype.
 */
export function* rows(losses: Losses, layout: Layout): Generator<readonly Tensor[]> {
  let block: Tensor[] = []
  try {
    if (typeof losses === "function") {
      block = vectorRows(losses, layout)
      yield block
      return
    }
    const objectives = objectivesOf(losses)
    for (let row = 0; row < objectives; row++) {
      block.push(ownRow(losses, row, layout))
      if (block.length * layout.parameters < READ_AT_ONCE && row < objectives - 1) continue
      yield block
      dispose(block)
      block = []
    }
  } finally {
    dispose(block)
  }
}

function vectorRows(losses: VectorLosses, layout: Layout): Tensor[] {
  return onTape(
    layout.variables,
    () => checkedLosses(losses()),
    (made, backward) => {
      const row = (loss: Tensor, gradients: ReturnType<Backward>) =>
        keep(concat([reshape(loss, [1]), flat(layout, gradients)]))
      if (!(made instanceof Tensor)) return made.map((loss) => row(loss, backward(loss)))
      const m = made.size
      return Array.from({ length: m }, (_, i) =>
        tidy(() => row(slice(made, [i], [1]), backward(made, reshape(cast(oneHot([i], m), "float32"), [m]))))
      )
    }
  )
}

function ownRow(losses: RowLosses, row: number, layout: Layout): Tensor {
  return onTape(
    layout.variables,
    () => checkedLoss(losses.loss(row), row),
    (loss, backward) => keep(concat([reshape(loss, [1]), flat(layout, backward(loss))]))
  )
}

/**
 * f(x) and Jᵀ w for weights that depend on m alone: one backward pass for each forward pass.
 *
 * @throws InputError, as a rejection, as {@link rows} does.
 */
export async function combined(
  losses: Losses,
  weightsOf: (objectives: number) => Float64Array,
  layout: Layout
): Promise<CombinedLosses> {
  const kept =
    typeof losses === "function"
      ? combinedVector(losses, weightsOf, layout)
      : combinedRows(losses, weightsOf(objectivesOf(losses)), layout)
  try {
    const [values, direction] = await Promise.all([kept.values.data<"float32">(), kept.direction.data<"float32">()])
    return { values: Float64Array.from(values), direction }
  } finally {
    dispose([kept.values, kept.direction])
  }
}

/** Kept tensors: f(x), [m], and Jᵀ w, [n]. */
interface Kept {
  readonly values: Tensor
  readonly direction: Tensor
}

function combinedVector(losses: VectorLosses, weightsOf: (objectives: number) => Float64Array, layout: Layout): Kept {
  return onTape(
    layout.variables,
    () => {
      const made = checkedLosses(losses())
      const values = made instanceof Tensor ? made : stack([...made])
      return { values, total: sum(mul(values, tensor1d(Float32Array.from(weightsOf(values.size))))) }
    },
    ({ values, total }, backward) => ({
      values: keep(clone(values)),
      direction: keep(flat(layout, backward(total)))
    })
  )
}

function combinedRows(losses: RowLosses, weights: Float64Array, layout: Layout): Kept {
  let direction = keep(zeros([layout.parameters]))
  const values: Tensor[] = []
  try {
    weights.forEach((weight, row) => {
      const before = direction
      const next = onTape(
        layout.variables,
        () => checkedLoss(losses.loss(row), row),
        (loss, backward) => {
          const sum = add(before, flat(layout, backward(loss, scalar(weight))))
          return { value: keep(clone(loss)), sum: keep(sum) }
        }
      )
      values.push(next.value)
      direction = next.sum
      dispose(before)
    })
    return { values: keep(tidy(() => stack(values))), direction }
  } catch (error) {
    dispose(direction)
    throw error
  } finally {
    dispose(values)
  }
}

/** Gradients side by side, [n]; zeros for variables that nothing depends on. */
function flat({ variables }: Layout, gradients: ReturnType<Backward>): Tensor {
  return concat(
    variables.map((variable, i) => {
      const gradient = gradients[i] ?? null
      return gradient === null ? zeros([variable.size]) : reshape(gradient, [variable.size])
    })
  )
}

/** f(x) alone: a forward pass, nothing recorded. */
export async function forwardOnly(losses: Losses): Promise<Float64Array> {
  const values = tidy(() => {
    if (typeof losses !== "function") {
      return stack(Array.from({ length: objectivesOf(losses) }, (_, row) => checkedLoss(losses.loss(row), row)))
    }
    const made = checkedLosses(losses())
    return made instanceof Tensor ? clone(made) : stack([...made])
  })
  try {
    return Float64Array.from(await values.data<"float32">())
  } finally {
    values.dispose()
  }
}
