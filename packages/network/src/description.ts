/**
 * The one plain description of a network, read by every engine, the safetensors loader and the page.
 *
 * Layers are numbered as PyTorch's `nn.Sequential` numbers them, so the parameters of layer 3 are
 * `3.weight` and `3.bias` and weights move both ways. Shapes are inferred by the engine's compiler
 * (`crates/network`), once; everyone else reads its `Plan`.
 *
 * @module
 */

/** What a layer with parameters may say of them. */
export interface Tied {
  /**
   * Path of an earlier layer whose tensors this one uses too: `0` in a chain, `trunk.0` or `heads.left.0` in a network
   * with heads, `3.branches.0.1` inside a sum. Tensors of the same name (`weight`, `bias`, ...) are shared and must
   * have the same shape; what the other layer lacks, this one owns.
   */
  readonly tie?: string
}

/** Two-dimensional convolution over [inputs, height, width]; square kernel, zero padding. */
export interface Conv2d extends Tied {
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

/** Fully connected layer: on [features], or on each step of [steps, features]. */
export interface Linear extends Tied {
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
export interface GroupNorm extends Tied {
  readonly kind: "group-norm"
  readonly groups: number
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
}

/** Normalisation over all entries of one example, then scale and shift per entry. */
export interface LayerNorm extends Tied {
  readonly kind: "layer-norm"
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
}

/** Zeroes each entry with this probability while training, and scales the rest by 1 / (1 - probability). */
export interface Dropout {
  readonly kind: "dropout"
  readonly probability: number
}

/**
 * Each token's row of a table: [steps] token numbers, 0 to entries - 1, to [steps, width]. Reads the network's input
 * itself. PyTorch's `nn.Embedding`.
 */
export interface Embedding extends Tied {
  readonly kind: "embedding"
  /** Tokens. */
  readonly entries: number
  /** Features of a token. */
  readonly width: number
}

/**
 * Elman's recurrent layer (1990), [steps, features] to [steps, hidden], from the state 0:
 * h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh). PyTorch's `nn.RNN` with `batch_first`.
 */
export interface Recurrent extends Tied {
  readonly kind: "recurrent"
  readonly hidden: number
  /** Default true. */
  readonly bias?: boolean
}

/** The last row of [steps, features]. */
export interface LastStep {
  readonly kind: "last-step"
}

/** The sum of branches that read the same input and end in the same shape. A branch without layers is the identity. */
export interface BranchSum {
  readonly kind: "sum"
  readonly branches: readonly (readonly Layer[])[]
}

/** One layer of a {@link NetworkDescription}. */
export type Layer =
  | Conv2d
  | Linear
  | Pool2d
  | Activation
  | Flatten
  | GroupNorm
  | LayerNorm
  | Dropout
  | Embedding
  | Recurrent
  | LastStep
  | BranchSum

/** Layers between the shared trunk and one output. */
export interface Head {
  readonly layers: readonly Layer[]
}

/** A network as plain data: what a JSON file holds. */
export interface NetworkDescription {
  readonly name: string
  /** Shape of one example: [channels, height, width], [steps, features], or [features] (or token numbers, [steps]). */
  readonly input: readonly number[]
  /** The layers in order; with `heads`, those that all heads share. */
  readonly layers: readonly Layer[]
  /**
   * Heads by name (letters, digits, `_` and `-`), each with an output and losses of its own. Parameters are then
   * `trunk.0.weight`, `heads.left.0.weight`, ... instead of `0.weight`.
   */
  readonly heads?: Readonly<Record<string, Head>>
}
