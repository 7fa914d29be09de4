/**
 * What is linearized: m losses of a model, as functions of its variables.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import { Tensor } from "@tensorflow/tfjs-core"

/**
 * m losses from one forward pass: a tensor of the shape [m], or a list of m scalars. The function is called once, and
 * m backward passes follow. For tasks that share a part of a network a list of scalars is the cheaper of the two: a
 * backward pass then visits what its own loss depends on, and nothing else.
 */
export type VectorLosses = () => Tensor | readonly Tensor[]

/**
 * m losses, each from a forward pass of its own: for rows that share none, such as the losses of the examples of a batch.
 * A row then costs the passes of one example; in a vector of losses it would cost a backward pass of the whole batch.
 */
export interface RowLosses {
  /** m. */
  readonly objectives: number
  /** The loss of a row, counted from zero: a scalar. Called once for each row, in order. */
  loss(row: number): Tensor
}

/** Losses as a function of the variables of a model. */
export type Losses = VectorLosses | RowLosses

/** m of losses with forward passes of their own. @throws InputError for none. */
export function objectivesOf({ objectives }: RowLosses): number {
  if (Number.isSafeInteger(objectives) && objectives >= 1) return objectives
  throw refused("it must be a whole number, at least 1", "the number of objectives of the losses", objectives)
}

/** What a function of losses returned: a tensor of the shape [m], or m scalars. @throws InputError for all else. */
export function checkedLosses(made: unknown): Tensor | readonly Tensor[] {
  if (Array.isArray(made)) {
    const list: readonly unknown[] = made
    if (list.length === 0) throw refused("there must be at least one", "the number of losses", 0)
    return list.map((loss, row) => checkedLoss(loss, row))
  }
  const losses = checkedTensor(made, "the result of the function of losses", "a tensor [m] or a list of m scalars")
  if (losses.rank === 1 && losses.size > 0) return losses
  const rule = "it must be [m], one loss an objective; a list of scalars will do too"
  throw refused(rule, "the shape of the losses", losses.shape)
}

/** The loss of one row, a scalar. @throws InputError for all else. */
export function checkedLoss(made: unknown, row: number): Tensor {
  const loss = checkedTensor(made, `the loss of row ${row}`, "a scalar tensor")
  if (loss.rank === 0) return loss
  throw refused("it must be [], a scalar; take its sum or mean", `the shape of the loss of row ${row}`, loss.shape)
}

function checkedTensor(made: unknown, place: string, wanted: string): Tensor {
  if (made instanceof Promise) throw refused(`it must be ${wanted}, and cannot be waited for`, place, "a promise")
  if (!(made instanceof Tensor)) throw refused(`it must be ${wanted}`, place, made)
  if (made.dtype === "float32") return made
  throw refused("it must be float32, to have gradients; cast it", `the dtype of ${place}`, made.dtype)
}

function refused(rule: string, place: string, value: unknown): InputError {
  return new InputError({ rule, place, value })
}
