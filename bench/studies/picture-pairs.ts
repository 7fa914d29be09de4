/**
 * Pairs of pictures, a task each, as Sener and Koltun made MultiMNIST of MNIST (arXiv 1810.04650): to train on and to
 * test on.
 *
 * @module
 */
import { type Dataset, DIGITS, overlayPairs, partners } from "@dualcone/datasets"
import { datasets, InputError } from "dualcone"

/** Where pairs come from. */
export const pairSources = ["multi-fashion", "multi-mnist", "digits"] as const

/** MultiFashion, MultiMNIST, or the ten thousand digits that come with the package, paired in the same way. */
export type PairSource = (typeof pairSources)[number]

/** Both halves, with two labels an example: `left` and `right`. */
export interface PicturePairs {
  readonly train: Dataset
  readonly test: Dataset
}

/** Of the embedded digits the last are those to test on. */
const HELD_OUT = 1000
/** What the paper's authors train on for MultiFashion: half of the pairs that there are. */
const FASHION = 30_000

/**
 * The pairs of a source.
 *
 * @param folder where the files of the set are; the embedded digits need none
 * @throws InputError naming the file that is missing or damaged
 */
export async function picturePairs(source: PairSource, folder: string): Promise<PicturePairs> {
  switch (source) {
    case "multi-fashion":
      return {
        train: await datasets.multiFashion({ folder, examples: FASHION }),
        test: await datasets.multiFashion({ folder, split: "test" })
      }
    case "multi-mnist":
      return {
        train: await datasets.multiMnist({ folder }),
        test: await datasets.multiMnist({ folder, split: "test" })
      }
    case "digits":
      return {
        train: paired(await datasets.digits({ examples: DIGITS - HELD_OUT })),
        test: paired(await datasets.digits({ from: DIGITS - HELD_OUT }))
      }
  }
}

/** Every picture with one drawn from the same half. */
function paired(pictures: Dataset): Dataset {
  const { examples } = pictures
  return overlayPairs(pictures, partners(examples, examples, 0), { from: 0, examples })
}

/** A source from the command line. @throws InputError for another */
export function pairSource(name: string): PairSource {
  const known = pairSources.find((source) => source === name)
  if (known !== undefined) return known
  throw new InputError({ rule: `it must be one of ${pairSources.join(", ")}`, place: "--data", value: name })
}
