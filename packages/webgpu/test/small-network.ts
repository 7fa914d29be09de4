/** A network of the family that software GPUs step through quickly, and batches for it. */
import { generator } from "@dualcone/aggregation"
import type { NetworkDescription } from "@dualcone/network"

export const small: NetworkDescription = {
  name: "small",
  input: [1, 12, 12],
  layers: [
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "elu" },
    { kind: "conv2d", outputs: 8, kernel: 3 },
    { kind: "max-pool2d", kernel: 2 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 16 },
    { kind: "elu" },
    { kind: "linear", outputs: 4 }
  ]
}

/** Uniform inputs in [-1, 1) and uniform classes, from a seed. */
export function drawn(examples: number, seed: number) {
  const draws = generator(seed)
  const uniform = () => draws.next() / 2 ** 31 - 1
  return {
    inputs: Float32Array.from({ length: examples * 144 }, uniform),
    labels: Int32Array.from({ length: examples }, () => draws.below(4))
  }
}
