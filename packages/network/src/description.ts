/**
 * The one plain description of a network, read by every engine, the safetensors loader and the page.
 *
 * Layers are numbered as PyTorch's `nn.Sequential` numbers them, so the parameters of layer 3 are
 * `3.weight` and `3.bias` and weights move both ways. Shapes are inferred by the engine's compiler
 * (`crates/network`), once; everyone else reads its `Plan`.
 *
 * @module
 */

/** Two-dimensional convolution over [inputs, height, width]; square kernel, zero padding. */
export interface Conv2d {
  readonly kind: "conv2d"
  /** Output channels. */
  readonly outputs: number
  /** Side of the square kernel. */
  readonly kernel: number
  /** Default 1. */
  readonly stride?: number
  /** Zeros added on each side. Default 0. */
  readonly padding?: number
  /** Input and output channels are split into this many independent groups. Default 1. */
  readonly groups?: number
  /** Default true. */
  readonly bias?: boolean
}

/** Fully connected layer on a flat input. */
export interface Linear {
  readonly kind: "linear"
  readonly outputs: number
  /** Default true. */
  readonly bias?: boolean
}

/** Largest (`max-pool2d`) or mean (`average-pool2d`) of each window; windows that do not fit are dropped. */
export interface Pool2d {
  readonly kind: "max-pool2d" | "average-pool2d"
  readonly kernel: number
  /** Default: the kernel. */
  readonly stride?: number
}

/** Element-wise function. ELU has alpha 1; GELU is the exact one, x Φ(x). */
export interface Activation {
  readonly kind: "elu" | "relu" | "tanh" | "sigmoid" | "gelu"
}

/** [channels, height, width] to one row, in that order. */
export interface Flatten {
  readonly kind: "flatten"
}

/** Normalisation over groups of channels of one example, then scale and shift per channel. */
export interface GroupNorm {
  readonly kind: "group-norm"
  readonly groups: number
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
}

/** Normalisation over all entries of one example, then scale and shift per entry. */
export interface LayerNorm {
  readonly kind: "layer-norm"
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
}

/** Zeroes each entry with this probability while training, and scales the rest by 1 / (1 - probability). */
export interface Dropout {
  readonly kind: "dropout"
  readonly probability: number
}

/** One layer of a {@link NetworkDescription}. */
export type Layer = Conv2d | Linear | Pool2d | Activation | Flatten | GroupNorm | LayerNorm | Dropout

/** A network as plain data: what a JSON file holds. */
export interface NetworkDescription {
  readonly name: string
  /** Shape of one example: [channels, height, width], or [features]. */
  readonly input: readonly number[]
  readonly layers: readonly Layer[]
}
