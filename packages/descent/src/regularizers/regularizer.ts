/**
 * Regularizers: functions of a network's parameters alone, as objectives beside its loss. To add one, write a file beside
 * `squared-norm.ts` and name it in the union and the switch below, and in the schema of configurations.
 *
 * @module
 */
import type { NetworkEngine } from "@dualcone/network"
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { type LogLipschitz, planLogLipschitz } from "./log-lipschitz.ts"
import { type SquaredNorm, writeSquaredNorm } from "./squared-norm.ts"

/** A regularizer as plain data; `kind` tells which. */
export type Regularizer = SquaredNorm | LogLipschitz

/** The value at the engine's parameters; the gradient is written in the engine's own order, padding 0. */
export type PlannedRegularizer = (gradient: Float32Array) => number

/** Plans a regularizer for an engine. @throws InputError for a network that it is not for, and an unknown kind */
export function planRegularizer(
  regularizer: Regularizer,
  engine: NetworkEngine,
  functions: RealFunctions
): PlannedRegularizer {
  switch (regularizer.kind) {
    case "squared-norm":
      return (gradient) => writeSquaredNorm(engine, gradient)
    case "log-lipschitz":
      return planLogLipschitz(engine, functions)
    default: {
      const { kind }: { readonly kind?: unknown } = regularizer
      const rule = "it must be squared-norm or log-lipschitz"
      throw new InputError({ rule, place: "the kind of a regularizer", value: kind })
    }
  }
}
