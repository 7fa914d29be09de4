/**
 * Pipelines of Jacobian descent on Effect: an engine as a service, training as a stream of steps, runs in folders.
 *
 * @module
 */
export * from "./attempt.ts"
export * from "./batches.ts"
export * from "./checkpoint.ts"
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
export * from "./generator.ts"
export * from "./history.ts"
export * from "./loss-picture.ts"
export * from "./objective.ts"
export {
  makeOptimizer,
  type Optimizer,
  type OptimizerSpecification,
  type OptimizerState
} from "./optimizers/optimizer.ts"
export { type Sgd, type SgdOptions, sgd } from "./optimizers/sgd.ts"
export * from "./palette.ts"
export * from "./run.ts"
export * from "./run-folder.ts"
export type { RunIdentity } from "./run-identity.ts"
export * from "./ssjd.ts"
