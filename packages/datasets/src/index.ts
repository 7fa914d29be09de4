/**
 * Data sets of the Jacobian descent experiments: the embedded digits, Fashion-MNIST, and any pair of IDX files.
 */

export { checkDataset, type Dataset, type Range, subset } from "./dataset.ts"
export { DIGITS, type DigitsOptions, digits, unpackDigits } from "./digits.ts"
export { type FashionMnistOptions, fashionMnist } from "./fashion-mnist.ts"
export { type IdxArray, inflateIdx, readIdx, writeIdx } from "./idx.ts"
export { type IdxDatasetOptions, idxDataset } from "./idx-dataset.ts"
export type { Source } from "./source.ts"
