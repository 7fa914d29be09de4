/**
 * Studies of problems with known answers, run on the spot.
 *
 * @module
 */
export { type BloopFront, type BloopFrontsOptions, bloopFronts } from "./bloop-fronts.ts"
export {
  type BloopLipschitzOptions,
  bloopLipschitz,
  bloopPerceptron,
  type LipschitzEnd,
  type LipschitzFront
} from "./bloop-lipschitz.ts"
export { type BloopNoise, type BloopNoiseOptions, bloopNoise } from "./bloop-noise.ts"
export { type CrMogmNoise, type CrMogmNoiseOptions, crMogmNoise, inBatches } from "./cr-mogm-noise.ts"
