/**
 * Which aggregators the kernels cover.
 *
 * @module
 */
import { type Constant, type DualProj, knownWeights, type Mean, type Sum, type UPGrad } from "@dualcone/aggregation"
import { InputError } from "@dualcone/wasm"
import { WebGpuError } from "./errors.ts"

/** Aggregators whose weights the GPU finds itself, or that know them beforehand. */
export type GpuAggregator = UPGrad | DualProj | Mean | Sum | Constant

const NAMES: readonly string[] = ["upgrad", "dualproj", "mean", "sum", "constant"]

/** Whether an aggregator is one of those; of its options, {@link hostReason} decides. */
export function isGpuAggregator(aggregator: { readonly name: string }): aggregator is GpuAggregator {
  return NAMES.includes(aggregator.name)
}

/**
 * The least ε of a trace ridge that single precision bears: below it, half of the programs of a singular Gramian stay
 * unsolved.
 */
export const LEAST_EPSILON = 1e-5

/** The most rows of a program: its factor lives in workgroup memory. */
export const MOST_SOLVED = 64

/** The largest residual of a program that single precision is trusted with: the error of the direction may be 30 times it. */
export const MOST_RESIDUAL = 1e-5

/** Why the weights of a batch must come from the host; null where the GPU finds them. */
export function hostReason(aggregator: { readonly name: string }, batchSize: number): string | null {
  if (!isGpuAggregator(aggregator)) return `the aggregator ${aggregator.name} has no kernel`
  if (aggregator.name !== "upgrad" && aggregator.name !== "dualproj") return null
  const { ridge, solver } = aggregator
  if (solver !== "pivoting") return `the solver ${solver} has no kernel`
  if (ridge.kind !== "trace" || ridge.epsilon < LEAST_EPSILON) {
    const asked = ridge.kind === "none" ? "none" : `${ridge.kind}:${ridge.epsilon}`
    return `single precision needs a trace ridge of at least ${LEAST_EPSILON}, and ${asked} was asked for`
  }
  if (batchSize > MOST_SOLVED) return `programs of ${batchSize} rows do not fit a workgroup; ${MOST_SOLVED} do`
  return null
}

/** How an aggregator runs on the GPU. */
export interface GpuMethod {
  /** Index that the kernels know: 0 known weights, 1 UPGrad, 2 DualProj. */
  readonly index: 0 | 1 | 2
  /** The programs of the weights; null where there are none. */
  readonly program: { readonly name: "upgrad" | "dualproj"; readonly epsilon: number } | null
  /** The direction is parallel to the mean gradient: nobody needs the Gramian. */
  readonly straight: boolean
  /** The preference, or the weights known beforehand, of a batch of this many examples. */
  preference(examples: number): Float32Array
}

const uniform = (examples: number) => new Float32Array(examples).fill(1 / examples)

/**
 * The method of an aggregator; null where the weights come from the host.
 *
 * @throws WebGpuError `unsupported-method` for what {@link hostReason} names
 */
export function methodOf(aggregator: GpuAggregator | null, batchSize: number): GpuMethod {
  if (aggregator === null) return { index: 0, program: null, straight: false, preference: uniform }
  const reason = hostReason(aggregator, batchSize)
  if (reason !== null) throw new WebGpuError("unsupported-method", `${reason}; the weights can come from the host`)
  switch (aggregator.name) {
    case "upgrad":
    case "dualproj": {
      const { ridge, preference, name } = aggregator
      return {
        index: name === "upgrad" ? 1 : 2,
        program: { name, epsilon: ridge.kind === "none" ? 0 : ridge.epsilon },
        straight: false,
        preference(examples) {
          if (preference === undefined) return uniform(examples)
          if (preference.length === examples) return Float32Array.from(preference)
          const rule = `there must be one an example, ${examples}`
          throw new InputError({ rule, place: "the number of entries of the preference", value: preference.length })
        }
      }
    }
    case "mean":
    case "sum":
    case "constant":
      return {
        ...{ index: 0, program: null, straight: aggregator.name !== "constant" },
        preference: (examples) => Float32Array.from(knownWeights(aggregator, examples) ?? [])
      }
  }
}
