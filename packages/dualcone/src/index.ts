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
  aGem,
  aggregate,
  alignedMtl,
  bloop,
  type Certificate,
  type Conflicts,
  cagrad,
  config,
  conflicts,
  constant,
  cosine,
  cosmos,
  crMogm,
  dbMtl,
  dualproj,
  dwa,
  dynamicBarrier,
  excessMtl,
  fairgrad,
  famo,
  type Gramian,
  type GramianAggregator,
  geometricMean,
  graddrop,
  gradientAndMomentum,
  gradvac,
  grouped,
  imtlG,
  imtlL,
  type Jacobian,
  type JacobianAggregator,
  type JacobianLinearization,
  krum,
  type Linearization,
  linearizeGramian,
  linearizeJacobian,
  lossScaled,
  mean,
  metaBalance,
  methods,
  mgda,
  mixed,
  modo,
  momentum,
  mtlMoo,
  nashMtl,
  needsJacobian,
  paper,
  parseAggregator,
  pbi,
  pcd,
  pcgrad,
  priorityGradvac,
  priorityPcgrad,
  type Ridge,
  rgw,
  type Solver,
  sdmgrad,
  similarity,
  stch,
  strict,
  sum,
  tchebycheff,
  trimmedMean,
  unitNorm,
  upgrad,
  uw,
  type Weighting,
  weighting
} from "@dualcone/aggregation"
export type { Dataset } from "@dualcone/datasets"
export {
  adaGrad,
  adam,
  adamW,
  areaUnderLoss,
  type Checkpoint,
  crossEntropy,
  Diverged,
  EngineError,
  type EngineName,
  instanceWise,
  type LearningRateSchedule,
  lossPicture,
  type Objective,
  type OptimizerSpecification,
  rmsProp,
  runDigest,
  type Step,
  schedules,
  sgd,
  squaredError,
  type TrainingData,
  theoremOneStep
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
