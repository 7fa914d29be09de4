/**
 * The network engine on WebGPU: devices that computed right numbers, and whole steps of Jacobian descent on them.
 *
 * @module
 */

export { type Counts, counting } from "./counting.ts"
export {
  type AdapterFacts,
  type DeviceOptions,
  type DeviceResult,
  isSoftware,
  requestDevice,
  type WebGpuDevice
} from "./device.ts"
export {
  type GpuState,
  type Inspection,
  MOST_EXAMPLES,
  type StepOptions,
  type WebGpuEngine,
  type WebGpuEngineOptions
} from "./engine.ts"
export { WebGpuError, type WebGpuErrorKind } from "./errors.ts"
export { MOST_REPLICAS } from "./header.ts"
export { makeWebGpuEngine } from "./make-engine.ts"
export type { Mark } from "./marks.ts"
export { type GpuAggregator, hostReason, isGpuAggregator, LEAST_EPSILON, MOST_SOLVED } from "./method.ts"
export type { GpuAdaGrad, GpuMoments, GpuOptimizer, GpuRMSProp, GpuSgd } from "./optimizer.ts"
export type { NamedTensors } from "./parameter-order.ts"
export type { KernelTime } from "./profile.ts"
export type { Halt, StepReport } from "./report.ts"
