/**
 * Aggregators of Jacobian descent: a weighting maps a Gramian to weights and a certificate, an aggregator maps a
 * linearization to a direction.
 *
 * @module
 */
export * from "./aggregate.ts"
export * from "./certificate.ts"
export * from "./conflicts.ts"
export { type Constant, constant } from "./constant.ts"
export type { DualConeOptions, DualConeSettings, Solver } from "./dual-cone.ts"
export { type DualProj, dualproj } from "./dualproj.ts"
export * from "./gramian.ts"
export * from "./jacobian.ts"
export * from "./linearization.ts"
export { type Mean, mean } from "./mean.ts"
export type { Method, MethodFacts, Parameter, Properties } from "./method.ts"
export * from "./methods.ts"
export * from "./ridge.ts"
export * from "./similarity.ts"
export { type Sum, sum } from "./sum.ts"
export { type UPGrad, upgrad } from "./upgrad.ts"
export { MOST_OBJECTIVES, type Weighed, type Weighting } from "./weighting.ts"
