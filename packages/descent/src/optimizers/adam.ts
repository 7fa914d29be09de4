/**
 * Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, arXiv 1412.6980, with PyTorch's options
 * (`torch.optim.Adam`); AMSGrad: Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", 2018,
 * arXiv 1904.09237. The rule is that of `moments.ts`, after
 *
 *     d ← d + weightDecay p
 *
 * so that the decay is scaled as the direction is.
 *
 * @module
 */
import { type MomentsOptions, type MomentsSettings, parseMoments } from "./moments.ts"

/** Adam as plain data, every option resolved. */
export interface Adam extends MomentsSettings {
  readonly name: "adam"
}

/**
 * Adam, with PyTorch's options and defaults: learning rate 0.001, betas [0.9, 0.999], epsilon 1e-8, no weight decay,
 * no AMSGrad.
 *
 * @throws {InputError} for an option out of its range
 */
export function adam(options: MomentsOptions = {}): Adam {
  return parseAdam(options, "adam")
}

/** @throws {InputError} naming the key below `place` */
export function parseAdam(value: unknown, place: string): Adam {
  return { name: "adam", ...parseMoments(value, place, 0) }
}
