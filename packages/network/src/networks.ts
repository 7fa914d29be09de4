/**
 * The networks of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232, Tables 2 to 5).
 *
 * All convolutions are 3 × 3, stride 1, without padding, with bias; ELU follows the pool where there is one.
 * The same network serves MNIST, Fashion-MNIST and KMNIST.
 *
 * @module
 */
import type { Layer, NetworkDescription } from "./description.ts"

const conv = (outputs: number, groups = 1): Layer => ({ kind: "conv2d", outputs, kernel: 3, groups })
const pool = (kernel: number): Layer => ({ kind: "max-pool2d", kernel })
const linear = (outputs: number): Layer => ({ kind: "linear", outputs })
const elu: Layer = { kind: "elu" }
const flatten: Layer = { kind: "flatten" }

/** Table 2: 34,570 parameters. */
const svhn: NetworkDescription = {
  name: "svhn",
  input: [3, 32, 32],
  layers: [
    ...[conv(16), elu, conv(32, 16), pool(2), elu, conv(32, 32), pool(3), elu],
    ...[flatten, linear(64), elu, linear(10)]
  ]
}

/** Table 3: 134,666 parameters. */
const cifar10: NetworkDescription = {
  name: "cifar10",
  input: [3, 32, 32],
  layers: [
    ...[conv(32), elu, conv(64, 32), pool(2), elu, conv(64, 64), pool(3), elu],
    ...[flatten, linear(128), elu, linear(10)]
  ]
}

/** Table 4: 134,666 parameters. */
const eurosat: NetworkDescription = {
  name: "eurosat",
  input: [3, 64, 64],
  layers: [
    ...[conv(32), pool(2), elu, conv(64, 32), pool(2), elu, conv(64, 64), pool(3), elu],
    ...[flatten, linear(128), elu, linear(10)]
  ]
}

/** Table 5: 130,890 parameters. */
const mnist: NetworkDescription = {
  name: "mnist",
  input: [1, 28, 28],
  layers: [
    ...[conv(32), elu, conv(64), pool(2), elu, conv(64), pool(3), elu],
    ...[flatten, linear(128), elu, linear(10)]
  ]
}

/** The paper's networks by the name of their data set. */
export const networks = { svhn, cifar10, eurosat, mnist } as const

/** Name of one of {@link networks}. */
export type NetworkName = keyof typeof networks
