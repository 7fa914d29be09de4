/** A sweep of runs that take a tenth of a second. */
import { join } from "node:path"

/** Some thousand numbers, on maxima of the digits. */
export const smallNetwork = {
  name: "small",
  input: [1, 28, 28],
  layers: [
    { kind: "max-pool2d", kernel: 4 },
    { kind: "conv2d", outputs: 4, kernel: 3 },
    { kind: "elu" },
    { kind: "flatten" },
    { kind: "linear", outputs: 10 }
  ]
}

/** Two methods, a coarse and a fine stage, of whose rates the largest diverges. */
export const smallSweep = {
  data: [{ name: "digits", examples: 256, network: smallNetwork, epochs: 8 }],
  seeds: [0, 1],
  aggregators: ["upgrad", { name: "rgw" }],
  batchSizes: [16],
  learningRates: { coarse: { from: 0.01, to: 1e38, count: 4 }, fine: { count: 6, margin: 2 } },
  evaluate: { examples: 100 }
}

/** Writes the sweep with changes and gives its path. */
export async function writtenSweep(folder: string, change: object = {}): Promise<string> {
  const file = join(folder, "sweep.json")
  await Bun.write(file, JSON.stringify({ ...smallSweep, ...change }))
  return file
}
