/**
 * Dualcone: Jacobian descent for TypeScript. One model, many objectives, none sacrificed.
 *
 * `Dualcone` is the Promise facade; `dualcone/effect` has the same as Effect services and streams.
 *
 * @module
 */
import {
  cifar10,
  cifar10Mnist,
  type Dataset,
  type DigitsOptions,
  digits,
  eurosat,
  type FolderOptions,
  fashionMnist,
  idxDataset,
  kmnist,
  multiFashion,
  multiMnist,
  mnist as officialMnist,
  subset,
  svhn
} from "@dualcone/datasets"

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
  type Direction,
  dbMtl,
  dualproj,
  dwa,
  dynamicBarrier,
  excessMtl,
  fairgrad,
  famo,
  type Generator,
  type Gramian,
  type GramianAggregator,
  generator,
  geometricMean,
  graddrop,
  gradientAndMomentum,
  gradvac,
  grouped,
  type IndependentSamples,
  imtlG,
  imtlL,
  independentSamples,
  type Jacobian,
  type JacobianAggregator,
  type JacobianLinearization,
  krum,
  type Linearization,
  linearizeGramian,
  linearizeJacobian,
  lossScaled,
  mean,
  meanOfRows,
  metaBalance,
  methods,
  mgda,
  mixed,
  modo,
  momentum,
  mtlMoo,
  nashMtl,
  needsJacobian,
  type PlannedAggregator,
  paper,
  parseAggregator,
  pbi,
  pcd,
  pcgrad,
  planAggregator,
  priorityGradvac,
  priorityPcgrad,
  type Ridge,
  restoreState,
  rgw,
  type Solver,
  type State,
  saveState,
  sdmgrad,
  shards,
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
export type {
  Cifar10MnistOptions,
  Dataset,
  DigitsOptions,
  FolderOptions,
  IdxDatasetOptions,
  PairOptions,
  Range,
  Split
} from "@dualcone/datasets"
export {
  adaGrad,
  adam,
  adamW,
  areaUnderLoss,
  type Checkpoint,
  crossEntropy,
  type DescentState,
  type DescentStep,
  Diverged,
  decodeCheckpoint,
  EngineError,
  type EngineName,
  encodeCheckpoint,
  type FunctionObjective,
  type GramianObjective,
  type InspectedBatch,
  type InspectOptions,
  instanceWise,
  instanceWiseMultiTask,
  type JacobianObjective,
  type JdOptions,
  type LearningRateSchedule,
  logLipschitz,
  lossPicture,
  makeOptimizer,
  multiTask,
  type Objective,
  type Optimizer,
  type OptimizerSpecification,
  type Part,
  type PreparedData,
  type Problem,
  type PullbackObjective,
  perStep,
  prepareData,
  problemByName,
  type Regularizer,
  regularized,
  rmsProp,
  runDigest,
  runTrajectory,
  type Schedule,
  type Step,
  schedules,
  sgd,
  sharded,
  shuffled,
  squaredError,
  squaredNorm,
  type TrainingData,
  type Trajectory,
  type TrajectoryOptions,
  theoremOneStep
} from "@dualcone/descent"
export {
  type EngineOptions,
  type Head,
  type Layer,
  makeCpuEngine,
  type NetworkDescription,
  type NetworkEngine,
  networks,
  type Plan,
  parseDescription,
  readSafetensors,
  type Tensor,
  toFloat32,
  toFloat64,
  writeSafetensors
} from "@dualcone/network"
export { InputError, loadWasm, loadWasmFor, type ModuleSource, type ThreadCount } from "@dualcone/wasm"
export { type DiagnoseOptions, type Diagnosis, diagnose, type Missing } from "./diagnosis/diagnose.ts"
export type { Platform, Runtime } from "./diagnosis/runtime.ts"
export type { ThreadFacts } from "./diagnosis/threads.ts"
export type { SolverCanary, WebAssemblyFacts } from "./diagnosis/webassembly.ts"
export type { WebGpuFacts } from "./diagnosis/webgpu.ts"
export { Dualcone, type TrainOptions, type TrainRun } from "./dualcone.ts"

/**
 * Data sets, each a function that loads one. Those of the papers come from their official files in a folder, of which
 * `dualcone data` says where they go. `mnist` without a folder are the ten thousand digits that come with the package.
 */
export const datasets = {
  ...{ digits, mnist, fashionMnist, kmnist, cifar10, svhn, eurosat },
  ...{ multiMnist, multiFashion, cifar10Mnist, idx: idxDataset, subset }
} as const

function mnist(options: DigitsOptions | FolderOptions = {}): Promise<Dataset> {
  return "folder" in options ? officialMnist(options) : digits(options)
}
