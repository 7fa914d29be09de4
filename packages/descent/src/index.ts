/**
 * Pipelines of Jacobian descent on Effect: an engine as a service, training as a stream of steps, runs in folders.
 *
 * @module
 */

export { type Generator, generator } from "@dualcone/aggregation"
export * from "./attempt.ts"
export * from "./batches.ts"
export * from "./checkpoint.ts"
export { dataFolder, dataRoot } from "./config/data-folder.ts"
export { configurationDecoder, configurationText } from "./config/decode.ts"
export { type DataFolders, loadNamedData } from "./config/named-data.ts"
export { parseTrainConfig, parseTrainConfigText } from "./config/parse.ts"
export { parametersOf, type ResolvedConfig, readTrainConfig, resolveTrainConfig } from "./config/resolve.ts"
export { resolveNetwork } from "./config/resolve-network.ts"
export { TrainConfig, trainConfigJsonSchema } from "./config/schema.ts"
export { openTensorFiles, splitTensorName, type TensorFiles } from "./config/tensor-file.ts"
export { CpuEngine, cpuEngineLayer, type MakeNetworkEngine } from "./cpu-engine.ts"
export * from "./data.ts"
export * from "./digest.ts"
export { fileError, writeWhole } from "./durable-file.ts"
export * from "./engine.ts"
export * from "./engines.ts"
export * from "./errors.ts"
export { fromGpu } from "./from-gpu.ts"
export { acquireDevice, type RequestDevice } from "./gpu-devices.ts"
export * from "./history.ts"
export { type InspectedBatch, type InspectOptions, inspectBatch } from "./inspect-batch.ts"
export * from "./loss-picture.ts"
export { loadModule, loadModuleFor } from "./module.ts"
export {
  type FunctionObjective,
  type GramianObjective,
  type JacobianObjective,
  type LinearizationOf,
  linearize,
  type PullbackObjective
} from "./objectives/function-objective.ts"
export * from "./objectives/network-objective.ts"
export { type AdaGrad, type AdaGradOptions, adaGrad } from "./optimizers/adagrad.ts"
export { type Adam, adam } from "./optimizers/adam.ts"
export { type AdamW, adamW } from "./optimizers/adamw.ts"
export type { MomentsOptions, MomentsSettings } from "./optimizers/moments.ts"
export {
  makeOptimizer,
  type Optimizer,
  type OptimizerSpecification,
  type OptimizerState,
  type Precision,
  parseOptimizer,
  type Vector
} from "./optimizers/optimizer.ts"
export { type RMSProp, type RMSPropOptions, rmsProp } from "./optimizers/rmsprop.ts"
export {
  type ConstantRate,
  type CosineRate,
  type ExponentialRate,
  type InverseSqrtRate,
  type LearningRateSchedule,
  type LinearWarmup,
  learningRateOf,
  type ScheduleFunctions,
  type SteadySchedule,
  type StepRate,
  schedules
} from "./optimizers/schedule.ts"
export { type Sgd, type SgdOptions, sgd } from "./optimizers/sgd.ts"
export { type TheoremOneOptions, theoremOneStep } from "./optimizers/theorem-one-step.ts"
export * from "./palette.ts"
export {
  type DescentState,
  type DescentStep,
  type FunctionDescent,
  type FunctionDescentOptions,
  functionDescent
} from "./pipelines/function-descent.ts"
export type { DescentError } from "./pipelines/function-stream.ts"
export { type JdOptions, jd } from "./pipelines/jd.ts"
export { type NetworkDescentOptions, networkDescent, type Step, scheduleOf } from "./pipelines/network-descent.ts"
export { type FunctionSejdOptions, type RandomObjective, type SejdOptions, sejd } from "./pipelines/sejd.ts"
export { type SjdOptions, sjd } from "./pipelines/sjd.ts"
export { type FunctionSsjdOptions, type RowsObjective, type SsjdOptions, ssjd } from "./pipelines/ssjd.ts"
export { type Prediction, type PredictOptions, predict } from "./predict.ts"
export * from "./problems/index.ts"
export { type LogLipschitz, logLipschitz } from "./regularizers/log-lipschitz.ts"
export { type PlannedRegularizer, planRegularizer, type Regularizer } from "./regularizers/regularizer.ts"
export { planSpectralNorm, type SpectralNorm } from "./regularizers/spectral-norm.ts"
export { type SquaredNorm, squaredNorm } from "./regularizers/squared-norm.ts"
export * from "./run.ts"
export * from "./run-folder.ts"
export type { RunIdentity } from "./run-identity.ts"
export * from "./trajectories/index.ts"
export { room as textWidth } from "./trajectories/picture-key.ts"
export { escapeText } from "./trajectories/picture-style.ts"
export { AutoEngine, WebGpuEngine, webGpuEngineLayer } from "./webgpu-engine.ts"
