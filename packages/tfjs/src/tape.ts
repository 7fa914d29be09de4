/**
 * Several backward passes over one forward pass.
 *
 * TensorFlow.js runs a function anew for each gradient of it. But where gradients are nested, the inner one looks for its
 * way on the tape of the outer one, and finds there what the outer function has computed already. So the losses are
 * computed once, on an outer tape, and each row asks for the gradient of something that lies on it.
 *
 * @module
 */
import { customGrad, engine, type Scalar, scalar, type Tensor, type Variable } from "@tensorflow/tfjs-core"

/** The gradient of a tensor that was computed on the tape; null for a variable that it does not depend on. */
export type Backward = (tensor: Tensor, from?: Tensor) => readonly (Tensor | null)[]

/**
 * Runs `forward` on a tape, then `then` on what it made, with a function that goes backward. Tensors that are not kept
 * are disposed at the end.
 */
export function onTape<A, B>(
  variables: readonly Variable[],
  forward: () => A,
  then: (made: A, backward: Backward) => B
): B {
  let outcome: { readonly value: B } | { readonly error: unknown } | undefined
  const backward: Backward = (tensor, from) => engine().gradients(() => tensor, [...variables], from, true).grads
  differentiated(variables, () => {
    try {
      const made = forward()
      offTape(() => {
        outcome = { value: then(made, backward) }
      })
    } catch (error) {
      // TensorFlow.js leaks what lies on a tape that is left by an exception.
      outcome = { error }
    }
  })
  if (outcome === undefined) throw new Error("the tape was not run")
  if ("error" in outcome) throw outcome.error
  return outcome.value
}

/** Runs `f` on a tape, of which nothing leads to the result: no backward pass of its own follows. */
function differentiated(variables: readonly Variable[], f: () => void): void {
  engine().tidy(() => {
    engine().gradients(
      () => {
        f()
        return scalar(0)
      },
      [...variables],
      undefined,
      true
    )
  })
}

/** Runs `f` where nothing is recorded, as the inside of an operation: backward passes are not differentiated again. */
function offTape(f: () => void): void {
  const operation = customGrad<Scalar>(() => {
    f()
    return { value: scalar(0), gradFunc: () => [] }
  })
  operation()
}
