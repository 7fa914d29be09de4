/**
 * Data sets of the Jacobian descent experiments: the embedded digits, those of the papers from their official files, and
 * any pair of IDX files.
 */

export { checkDataset, type Dataset, type KnownRange, knownRange, type Range, subset } from "./dataset.ts"
export { DIGITS, type DigitsOptions, digits, unpackDigits } from "./digits.ts"
export { type IdxArray, inflateIdx, readIdx, writeIdx } from "./formats/idx.ts"
export { decodeJpeg } from "./formats/jpeg.ts"
export { type MatArray, readMat } from "./formats/mat.ts"
export { readTar } from "./formats/tar.ts"
export { readZip, readZipEntry, type ZipEntry } from "./formats/zip.ts"
export { type IdxDatasetOptions, idxDataset } from "./idx-dataset.ts"
export { cifar10, type ReadCifar10Options, readCifar10 } from "./sets/cifar10.ts"
export { type Cifar10MnistOptions, cifar10Mnist, overlayDigits } from "./sets/cifar10-mnist.ts"
export { eurosat, type ReadEurosatOptions, readEurosat } from "./sets/eurosat.ts"
export { fashionMnist } from "./sets/fashion-mnist.ts"
export { differenceOf, type FileState, fileState } from "./sets/file-state.ts"
export { namesOf } from "./sets/folder.ts"
export { kmnist } from "./sets/kmnist.ts"
export { mnist } from "./sets/mnist.ts"
export { multiFashion, multiMnist, type PairOptions } from "./sets/multi-digits.ts"
export { overlayPairs, partners } from "./sets/overlaid-pairs.ts"
export type {
  ConstructedRecord,
  DatasetFile,
  DatasetName,
  DatasetRecord,
  FolderOptions,
  SourceName,
  SourceRecord,
  Split,
  SplitRange
} from "./sets/record.ts"
export {
  constructedRecords,
  datasetNames,
  datasetRecord,
  isDatasetName,
  loadDataset,
  type NamedOptions,
  sourceRecord,
  sourceRecords,
  sourcesOf
} from "./sets/registry.ts"
export { type ReadSvhnOptions, readSvhn, svhn } from "./sets/svhn.ts"
export type { Source } from "./source.ts"
export { mersenneTwister, torchPermutation } from "./torch-permutation.ts"
