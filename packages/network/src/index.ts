/**
 * Networks with per-example gradients: descriptions, the CPU engine, safetensors.
 *
 * @module
 */
export * from "./cpu-engine.ts"
export * from "./description.ts"
export * from "./engine.ts"
export * from "./networks.ts"
export * from "./parse-description.ts"
export * from "./plan.ts"
export * from "./safetensors.ts"
