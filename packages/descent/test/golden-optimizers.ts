/** The recorded traces of PyTorch's optimizers and schedules; their `source` says which version made them. */
import { readFileSync } from "node:fs"

/** What `golden/optimizers.json` holds. */
interface GoldenOptimizers {
  readonly source: string
  /** The first parameters. */
  readonly parameters: readonly number[]
  /** One row an iteration. */
  readonly gradients: readonly (readonly number[])[]
  /** The parameters after each iteration, in each precision. */
  readonly cases: readonly {
    readonly name: string
    readonly optimizer: unknown
    readonly float64: readonly (readonly number[])[]
    readonly float32: readonly (readonly number[])[]
  }[]
  /** The rate of each iteration. */
  readonly schedules: readonly {
    readonly name: string
    readonly schedule: unknown
    readonly rates: readonly number[]
  }[]
}

export const golden: GoldenOptimizers = JSON.parse(
  readFileSync(new URL("../../../golden/optimizers.json", import.meta.url), "utf8")
)
