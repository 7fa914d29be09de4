/**
 * Networks that are timed: the paper's, and two whose convolutions have padding, strides and large kernels, so that more
 * than the paper's 3 × 3 kernels without padding is measured.
 *
 * @module
 */
import { type Layer, type NetworkDescription, networks } from "@dualcone/network"

const relu: Layer = { kind: "relu" }
const flatten: Layer = { kind: "flatten" }
const linear = (outputs: number): Layer => ({ kind: "linear", outputs })
const conv = (outputs: number, kernel: number, padding = 0, stride = 1): Layer => {
  return { kind: "conv2d", outputs, kernel, padding, stride }
}
const maxPool = (kernel: number): Layer => ({ kind: "max-pool2d", kernel })
const normalized = (outputs: number, stride = 1): readonly Layer[] => {
  return [conv(outputs, 3, 1, stride), { kind: "group-norm", groups: 4 }]
}

/** LeCun et al. (1998), LeNet-5 as it is usually built today, with ReLU and max pooling: 61,706 parameters. */
const lenet: NetworkDescription = {
  name: "lenet",
  input: [1, 28, 28],
  layers: [
    ...[conv(6, 5, 2), relu, maxPool(2), conv(16, 5), relu, maxPool(2)],
    ...[flatten, linear(120), relu, linear(84), relu, linear(10)]
  ]
}

/** Two convolutions and what they are added to: the input, or a 1 × 1 convolution of it where its shape changes. */
function residual(outputs: number, stride: number): readonly Layer[] {
  const shortcut = stride === 1 ? [] : [conv(outputs, 1, 0, stride)]
  return [{ kind: "sum", branches: [shortcut, [...normalized(outputs, stride), relu, ...normalized(outputs)]] }, relu]
}

/** He et al. (2016), three blocks of 16, 32 and 64 channels with normalisation by groups: 78,186 parameters. */
const resnet: NetworkDescription = {
  name: "resnet",
  input: [3, 32, 32],
  layers: [
    ...[...normalized(16), relu],
    ...[...residual(16, 1), ...residual(32, 2), ...residual(64, 2)],
    ...[{ kind: "average-pool2d", kernel: 8 } as const, flatten, linear(10)]
  ]
}

/** The networks by name. */
export const benchNetworks = { ...networks, lenet, resnet } as const
