/**
 * Dualcone: Jacobian descent for TypeScript. One model, many objectives, none sacrificed.
 *
 * `Dualcone` is the Promise facade; `dualcone/effect` has the same as Effect services and streams.
 *
 * @module
 */
import { digits, fashionMnist, idxDataset, subset } from "@dualcone/datasets"

export {
  type Aggregation,
  type Aggregator,
  aggregate,
  type Certificate,
  type Conflicts,
  conflicts,
  constant,
  dualproj,
  type Gramian,
  type Jacobian,
  type JacobianLinearization,
  type Linearization,
  linearizeGramian,
  linearizeJacobian,
  mean,
  methods,
  paper,
  parseAggregator,
  type Ridge,
  type Solver,
  similarity,
  strict,
  sum,
  upgrad,
  type Weighting,
  weighting
} from "@dualcone/aggregation"
export type { Dataset } from "@dualcone/datasets"
export {
  areaUnderLoss,
  type Checkpoint,
  crossEntropy,
  Diverged,
  EngineError,
  type EngineName,
  instanceWise,
  lossPicture,
  type Objective,
  type OptimizerSpecification,
  runDigest,
  type Step,
  sgd,
  squaredError,
  type TrainingData
} from "@dualcone/descent"
export {
  makeCpuEngine,
  type NetworkDescription,
  type NetworkEngine,
  networks,
  parseDescription,
  readSafetensors,
  type Tensor,
  toFloat32,
  toFloat64,
  writeSafetensors
} from "@dualcone/network"
export { InputError, loadWasm } from "@dualcone/wasm"
export { Dualcone, type TrainOptions, type TrainRun } from "./dualcone.ts"

/** Data sets, each a function that loads one. `mnist` are the ten thousand digits that come with the package. */
export const datasets = { digits, mnist: digits, fashionMnist, idx: idxDataset, subset } as const
