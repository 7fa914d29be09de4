/**
 * The network engine on WebGPU: devices that computed right numbers, and whole steps of Jacobian descent on them.
 *
 * @module
 */
export {
  type AdapterFacts,
  type DeviceOptions,
  type DeviceResult,
  isSoftware,
  requestDevice,
  type WebGpuDevice
} from "./device.ts"
export {
  type Inspection,
  MOST_EXAMPLES,
  makeWebGpuEngine,
  type WebGpuEngine,
  type WebGpuEngineOptions
} from "./engine.ts"
export { WebGpuError, type WebGpuErrorKind } from "./errors.ts"
export { type GpuAggregator, type GpuSgd, isGpuAggregator, LEAST_EPSILON } from "./method.ts"
export type { StepReport } from "./report.ts"
