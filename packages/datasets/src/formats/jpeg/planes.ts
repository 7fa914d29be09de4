/**
 * From the scan to planes of levels, one a component.
 */

import { InputError } from "@dualcone/wasm"
import type { JpegFrame } from "./frame.ts"
import { ScanBits } from "./huffman.ts"
import { inverseCosine } from "./inverse-cosine.ts"

/** Levels of a component, filled up to whole groups of blocks. */
export interface Plane {
  readonly levels: Uint8ClampedArray
  /** Entries of a row. */
  readonly stride: number
  /** Rows and columns that count. */
  readonly height: number
  readonly width: number
}

/** Row by row, the place of each coefficient of a block in the order of the file. */
const ZIGZAG = Uint8Array.of(
  ...[
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28
  ],
  ...[
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
    55, 62, 63
  ]
)

/**
 * The planes of the components of an image of `height` x `width`.
 *
 * @throws InputError when the scan is damaged or too short.
 */
export function decodePlanes(
  bytes: Uint8Array,
  { components, restartInterval, scan }: JpegFrame,
  height: number,
  width: number,
  name: string
): readonly Plane[] {
  const [luminance] = components
  const across = luminance?.across ?? 1
  const down = luminance?.down ?? 1
  const groupsAcross = Math.ceil(width / (8 * across))
  const groupsDown = Math.ceil(height / (8 * down))
  const planes = components.map((component): Plane => {
    const stride = groupsAcross * component.across * 8
    return {
      levels: new Uint8ClampedArray(stride * groupsDown * component.down * 8),
      stride,
      height: Math.ceil((height * component.down) / down),
      width: Math.ceil((width * component.across) / across)
    }
  })
  const bits = new ScanBits(bytes, scan, name)
  const coefficients = new Int32Array(64)
  const work = new Int32Array(64)
  const predicted = new Int32Array(components.length)

  for (let group = 0; group < groupsAcross * groupsDown; group++) {
    if (restartInterval > 0 && group > 0 && group % restartInterval === 0) {
      bits.restart((group / restartInterval - 1) % 8)
      predicted.fill(0)
    }
    const groupRow = Math.floor(group / groupsAcross)
    const groupColumn = group % groupsAcross
    for (const [c, { across, down, quantization, dc, ac }] of components.entries()) {
      const plane = planes[c]
      if (plane === undefined) continue
      for (let block = 0; block < across * down; block++) {
        const row = groupRow * down + Math.floor(block / across)
        const column = groupColumn * across + (block % across)
        coefficients.fill(0)
        const first = (predicted[c] ?? 0) + bits.signed(bits.symbol(dc) & 15)
        predicted[c] = first
        coefficients[0] = first * (quantization[0] ?? 0)
        for (let k = 1; k < 64; k++) {
          const symbol = bits.symbol(ac)
          const size = symbol & 15
          if (size === 0 && symbol !== 0xf0) break
          k += symbol >>> 4
          if (k > 63) {
            const rule = "a block has 64 coefficients"
            throw new InputError({ place: `a run of zeros in ${name}`, value: k + 1, rule })
          }
          if (size > 0) coefficients[ZIGZAG[k] ?? 0] = bits.signed(size) * (quantization[k] ?? 0)
        }
        inverseCosine(coefficients, work, plane.levels, 8 * (row * plane.stride + column), plane.stride)
      }
    }
  }
  return planes
}
