/**
 * EuroSAT (Helber et al., arXiv 1709.00029), the RGB version: 27,000 colour 64 x 64 satellite pictures of ten kinds of
 * land, a ZIP archive of JPEG images `2750/<Class>/<Class>_<k>.jpg`.
 *
 * The archive has no halves of its own. Its images are put in order, classes by name and in each the files by name,
 * compared as strings (1, 10, 100, ..., 2), as torchvision's `ImageFolder` has them. Then
 * `random_split([13500, 13500], torch.Generator().manual_seed(0))`, as in arXiv 2406.16232, gives the halves: the first
 * 13,500 of PyTorch's permutation to train on, the rest to test, in the order of the permutation.
 */

import { InputError } from "@dualcone/wasm"
import { checkDataset, type Dataset, knownRange } from "../dataset.ts"
import { decodeJpeg } from "../formats/jpeg.ts"
import { readZip, readZipEntry, type ZipEntry } from "../formats/zip.ts"
import { torchPermutation } from "../torch-permutation.ts"
import { checkSplit, fileNamed, readOfficial } from "./folder.ts"
import { describe, type FolderOptions, type SourceRecord, type SplitRange } from "./record.ts"

const ARCHIVE = "EuroSAT.zip"
const SIDE = 64
const IMAGE_BYTES = 3 * SIDE * SIDE
/** The most bytes of one file: an image of this size is far shorter as JPEG. */
const LARGEST_ENTRY = 2 ** 16
const SPLIT_SEED = 0
const CLASSES: readonly string[] = [
  ...["AnnualCrop", "Forest", "HerbaceousVegetation", "Highway", "Industrial"],
  ...["Pasture", "PermanentCrop", "Residential", "River", "SeaLake"]
]

/** Files, examples and normalisation of EuroSAT. */
export const eurosatRecord: SourceRecord = {
  name: "eurosat",
  title: "EuroSAT",
  examples: { train: 13_500, test: 13_500 },
  shape: [3, SIDE, SIDE],
  classes: CLASSES.length,
  mean: [0.3462, 0.3815, 0.409],
  deviation: [0.2029, 0.1374, 0.1162],
  origin: "EuroSAT, Helber, Bischke, Dengel and Borth, arXiv 1709.00029, of Copernicus Sentinel data",
  licence: "MIT",
  files: [
    {
      name: ARCHIVE,
      largest: 2 ** 27,
      md5: "c8fa014336c82ac7804f0398fcb19387",
      sha256: "8ebea626349354c5328b142b96d0430e647051f26efc2dc974c843f25ecf70bd",
      addresses: [
        "https://huggingface.co/datasets/torchgeo/eurosat/resolve/c877bcd43f099cd0196738f714544e355477f3fd/EuroSAT.zip",
        "https://madm.dfki.de/files/sentinel/EuroSAT.zip"
      ]
    }
  ]
}

/** Which examples, and what the archive must hold. */
export interface ReadEurosatOptions extends SplitRange {
  /** Names the archive in errors. Default "EuroSAT.zip". */
  readonly name?: string
  /** Images of the archive; half of them, rounded down, are to train on. Default 27,000. */
  readonly total?: number
}

/**
 * Examples of EuroSAT from the bytes of its archive, whatever their checksum. Only the images asked for are decoded.
 *
 * @throws InputError when the archive or an image is damaged, truncated or hostile, an image lies in no class's folder,
 * is not 64 x 64, their number is another, or the range leaves the half.
 */
export async function readEurosat(bytes: Uint8Array, options: ReadEurosatOptions = {}): Promise<Dataset> {
  const split = checkSplit(eurosatRecord, options.split ?? "train")
  const { name = ARCHIVE, total = 27_000, split: _, ...range } = options
  const ordered = readZip(bytes, LARGEST_ENTRY, name)
    .filter(({ path }) => path.endsWith(".jpg"))
    .map((entry) => ({ entry, label: labelOf(entry, name) }))
    // Names of classes are in order in their list.
    .sort((a, b) => a.label - b.label || (a.entry.path < b.entry.path ? -1 : 1))
  if (ordered.length !== total) {
    throw new InputError({
      place: `the number of images of ${name}`,
      value: ordered.length,
      rule: `it must be ${total}`
    })
  }
  const half = Math.floor(total / 2)
  const order = torchPermutation(total, SPLIT_SEED)
  const indices = split === "train" ? order.subarray(0, half) : order.subarray(half)
  const described = describe(eurosatRecord, split)
  const { from, examples } = knownRange(range, indices.length, described.name)

  const images = new Uint8Array(examples * IMAGE_BYTES)
  const labels = new Uint8Array(examples)
  for (const [i, index] of indices.subarray(from, from + examples).entries()) {
    const example = ordered[index]
    if (example === undefined) continue
    const image = await readZipEntry(example.entry, name)
    decodeJpeg(
      image,
      [SIDE, SIDE],
      images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
      `${example.entry.path} in ${name}`
    )
    labels[i] = example.label
  }
  return checkDataset({ ...described, examples, shape: eurosatRecord.shape, images, labels, scale: 255 })
}

/**
 * EuroSAT from its official archive: 13,500 examples to train on, 13,500 to test.
 *
 * @throws InputError naming the file that is missing, unreadable, or not the official one by its SHA-256; or when the
 * range leaves the half.
 */
export async function eurosat({ folder, ...options }: FolderOptions): Promise<Dataset> {
  const { name, bytes } = await readOfficial(eurosatRecord, fileNamed(eurosatRecord, ARCHIVE), folder)
  return readEurosat(bytes, { ...options, name })
}

function labelOf({ path }: ZipEntry, name: string): number {
  const [, folder = "", file] = /^2750\/([A-Za-z]+)\/([A-Za-z]+)_\d+\.jpg$/.exec(path) ?? []
  const label = folder === file ? CLASSES.indexOf(folder) : -1
  if (label >= 0) return label
  const rule = `images must be 2750/<Class>/<Class>_<number>.jpg, of the classes ${CLASSES.join(", ")}`
  throw new InputError({ place: `the path of an image in ${name}`, value: path, rule })
}
