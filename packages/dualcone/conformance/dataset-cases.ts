/** Data sets from archives: inflating, reading and decoding give the same bits everywhere. */
import { type Dataset, decodeJpeg, readCifar10, readEurosat, readSvhn, torchPermutation } from "../src/effect.ts"
import { InputError } from "../src/index.ts"
import { type ConformanceCase, holds } from "./case.ts"
import { bytesOf, cifar10Archive, eurosatArchive, svhnFile } from "./dataset-archives.ts"

interface GoldenImage {
  readonly name: string
  readonly height: number
  readonly width: number
  readonly jpeg: string
  readonly planes: string
}

/** Each format once, and cut at every length. */
export const datasetCases: readonly ConformanceCase[] = [
  {
    name: "CIFAR-10 from a gzipped tar archive",
    async run() {
      const read = (bytes: Uint8Array) => readCifar10(bytes, { batchExamples: 1 })
      const data = await read(cifar10Archive)
      holds(data.labels.join() === "1,2,3,4,5", "the batches are not in order")
      for (let i = 0; i < 5; i++) {
        holds(data.images[i * 3072 + 700] === (700 * (i + 1)) % 256, `entry 700 of image ${i} is wrong`)
      }
      await refused(cifar10Archive, read)
      return digest(data)
    }
  },
  {
    name: "SVHN from a compressed MAT-file",
    async run() {
      const read = (bytes: Uint8Array) => readSvhn(bytes, { total: 2 })
      const data = await read(svhnFile)
      holds(data.labels.join() === "0,3", "10 is not the digit 0")
      // Row 5, column 9 of the blue plane of the second image.
      const at = 3072 + 2048
      holds(data.images[at + 32 * 5 + 9] === (at + 5 + 32 * 9) % 251, "rows and columns are confused")
      await refused(svhnFile, read)
      return digest(data)
    }
  },
  {
    name: "EuroSAT from a ZIP archive of JPEG images",
    async run() {
      const read = (bytes: Uint8Array) => readEurosat(bytes, { total: 4 })
      const data = await read(eurosatArchive)
      holds(data.labels.join() === "8,8", "the river is not class 8")
      // Rivers 0 and 2 are without blue.
      const [first = 0] = torchPermutation(4, 0)
      const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((c) => data.images[c * 4096 + 64 * 20 + 44])
      const near = Math.abs(red - 60) < 5 && Math.abs(green - 150) < 5 && Math.abs(blue - (first % 2) * 90) < 5
      holds(near, `row 20, column 44 is ${red}, ${green}, ${blue}`)
      await refused(eurosatArchive, read)
      return digest(data)
    }
  },
  {
    name: "JPEG images have the levels of libjpeg",
    async run(readFile) {
      const golden = JSON.parse(new TextDecoder().decode(await readFile("golden/jpeg.json")))
      const images: readonly GoldenImage[] = golden.images
      for (const { name, height, width, jpeg, planes } of images) {
        const decoded = new Uint8Array(3 * height * width)
        decodeJpeg(bytesOf(jpeg), [height, width], decoded)
        const expected = bytesOf(planes)
        holds(
          expected.length === decoded.length && expected.every((level, i) => level === decoded[i]),
          `${name} differs`
        )
      }
      return `${images.length} images`
    }
  }
]

/** Inflating is the runtime's: each must notice what is missing, be it the last byte. */
async function refused(bytes: Uint8Array, read: (bytes: Uint8Array) => Promise<Dataset>): Promise<void> {
  for (let length = 0; length < bytes.length; length++) {
    const error: unknown = await read(bytes.subarray(0, length)).catch((cause: unknown) => cause)
    holds(error instanceof InputError, `the first ${length} bytes are not refused: ${error}`)
  }
}

/** The SHA-256 of images and labels. */
async function digest({ images, labels }: Dataset): Promise<string> {
  const bytes = new Uint8Array(images.length + labels.length)
  bytes.set(images)
  bytes.set(labels, images.length)
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
