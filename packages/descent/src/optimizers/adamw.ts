/**
 * AdamW: Adam with a weight decay of its own. Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019,
 * arXiv 1711.05101, with PyTorch's options (`torch.optim.AdamW`). The rule is that of `moments.ts`, after
 *
 *     p ← p - learningRate weightDecay p
 *
 * so that the decay does not depend on the size of the direction.
 *
 * @module
 */
import { type MomentsOptions, type MomentsSettings, parseMoments } from "./moments.ts"

/** AdamW as plain data, every option resolved. */
export interface AdamW extends MomentsSettings {
  readonly name: "adamw"
}

/**
 * AdamW, with PyTorch's options and defaults: learning rate 0.001, betas [0.9, 0.999], epsilon 1e-8, weight decay 0.01,
 * no AMSGrad.
 *
 * @throws {InputError} for an option out of its range
 */
export function adamW(options: MomentsOptions = {}): AdamW {
  return parseAdamW(options, "adamW")
}

/** @throws {InputError} naming the key below `place` */
export function parseAdamW(value: unknown, place: string): AdamW {
  return { name: "adamw", ...parseMoments(value, place, 0.01) }
}
