/**
 * The examples of the room: digits that come with the page, or the visitor's IDX files.
 *
 * @module
 */
import { type Dataset, datasets, InputError } from "dualcone"
import type { IdxFiles, Task } from "./protocol.ts"

/** Most examples that accuracies are taken on. */
const UNSEEN = 1000

/** What both runs train on, and what they never see. */
export interface Examples {
  readonly training: Dataset
  /** Null where all examples are trained on. */
  readonly unseen: Dataset | null
}

/** Loads examples; the digits are fetched once. */
export function exampleLoader(): (task: Pick<Task, "settings" | "files">) => Promise<Examples> {
  let digits: Promise<Dataset> | undefined
  const embedded = () => {
    digits ??= datasets.digits()
    digits.catch(() => {
      digits = undefined
    })
    return digits
  }
  return async ({ settings, files }) => {
    const all = files === null ? await embedded() : await ownImages(files)
    const examples = Math.min(settings.examples, all.examples)
    const left = Math.min(UNSEEN, all.examples - examples)
    return {
      training: datasets.subset(all, { examples }),
      unseen: left === 0 ? null : datasets.subset(all, { from: examples, examples: left })
    }
  }
}

/** @throws {InputError} unless they are images of the size that the network takes, of ten classes at most */
async function ownImages({ images, labels }: IdxFiles): Promise<Dataset> {
  const found = await datasets.idx({ images: images.bytes, labels: labels.bytes, name: images.name })
  const { shape, classes } = found
  if (shape.join() !== "1,28,28") {
    const rule = "the network of this room takes one channel of 28 x 28, such as MNIST, Fashion-MNIST and KMNIST"
    throw new InputError({ rule, place: `the shape of an image of ${images.name}`, value: shape })
  }
  if (classes > 10) {
    const rule = "the network of this room tells ten classes apart, 0 to 9"
    throw new InputError({ rule, place: `the largest label of ${labels.name}`, value: classes - 1 })
  }
  return found
}
