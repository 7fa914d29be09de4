/**
 * The LeNet of Sener and Koltun, "Multi-Task Learning as Multi-Objective Optimization" (arXiv 1810.04650), which CR-MOGM
 * (NeurIPS 2022) trains on MultiMNIST too: a trunk and a head for each task.
 *
 * @module
 */
import type { Layer, NetworkDescription } from "@dualcone/network"

const convolution = (outputs: number): readonly Layer[] => [
  { kind: "conv2d", outputs, kernel: 5 },
  { kind: "max-pool2d", kernel: 2 },
  { kind: "relu" }
]

/**
 * Two convolutions of 10 and 20 channels and a linear layer of 50 for all tasks, one more of 50 for each. The dropout of
 * the original is left out, so that the losses of a batch are a function of the parameters.
 *
 * @param input channels, height and width; the sides at least 16
 * @param tasks names of the heads, in the order of the labels
 */
export function lenetWithHeads(
  input: NetworkDescription["input"],
  tasks: readonly string[],
  classes: number
): NetworkDescription {
  const layers: readonly Layer[] = [
    { kind: "linear", outputs: 50 },
    { kind: "relu" },
    { kind: "linear", outputs: classes }
  ]
  return {
    name: "lenet-with-heads",
    input,
    layers: [
      ...convolution(10),
      ...convolution(20),
      { kind: "flatten" },
      { kind: "linear", outputs: 50 },
      { kind: "relu" }
    ],
    heads: Object.fromEntries(tasks.map((task) => [task, { layers }]))
  }
}
