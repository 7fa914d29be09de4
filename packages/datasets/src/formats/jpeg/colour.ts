/**
 * From luminance and coarser planes of colour to red, green and blue, in libjpeg's arithmetic: colour is interpolated by
 * triangles ("fancy upsampling"), three parts of the nearest sample and one of the next, and converted in integers.
 */

import type { Plane } from "./planes.ts"

/**
 * A plane brought to `height` x `width`, row by row, from one that is as large or half as large, across and down.
 *
 * @param across samples of the result for one of the plane: 1 or 2
 * @param down the same, for rows
 */
export function upsampled(
  plane: Plane,
  across: number,
  down: number,
  height: number,
  width: number
): Uint8ClampedArray {
  const result = new Uint8ClampedArray(height * width)
  // libjpeg repeats samples in planes of up to two columns.
  const interpolates = across === 1 || plane.width > 2
  const sums = new Int32Array(plane.width)
  for (let row = 0; row < height; row++) {
    const near = Math.floor(row / down)
    const upper = row % down === 0
    const next = clamp(upper ? near - 1 : near + 1, plane.height)
    const level = (from: number, column: number) => plane.levels[from * plane.stride + column] ?? 0
    const vertical = down === 2 && interpolates
    for (let column = 0; column < plane.width; column++) {
      sums[column] = vertical ? 3 * level(near, column) + level(next, column) : level(near, column)
    }
    for (let column = 0; column < width; column++) {
      const at = Math.floor(column / across)
      const here = sums[at] ?? 0
      const to = row * width + column
      if (across === 1) result[to] = vertical ? (here + (upper ? 1 : 2)) >> 2 : here
      else if (!interpolates) result[to] = here
      else {
        const left = column % 2 === 0
        const beside = sums[clamp(left ? at - 1 : at + 1, plane.width)] ?? 0
        if (vertical) result[to] = (3 * here + beside + (left ? 8 : 7)) >> 4
        else result[to] = (3 * here + beside + (left ? 1 : 2)) >> 2
      }
    }
  }
  return result
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count - 1, index))
}

const HALF = 1 << 15

/**
 * Writes red, green and blue, one plane after the other, from luminance y and colour b and r (JFIF 1.02; ITU-R BT.601):
 * red is y + 1.402 (r - 128), green y - 0.34414 (b - 128) - 0.71414 (r - 128), blue y + 1.772 (b - 128).
 */
export function writeColours(
  luminance: Uint8ClampedArray,
  blueness: Uint8ClampedArray,
  redness: Uint8ClampedArray,
  into: Uint8Array
): void {
  const count = luminance.length
  const planes = new Uint8ClampedArray(into.buffer, into.byteOffset, 3 * count)
  for (let i = 0; i < count; i++) {
    const y = luminance[i] ?? 0
    const b = (blueness[i] ?? 0) - 128
    const r = (redness[i] ?? 0) - 128
    planes[i] = y + ((91881 * r + HALF) >> 16)
    planes[count + i] = y + ((-22554 * b - 46802 * r + HALF) >> 16)
    planes[2 * count + i] = y + ((116130 * b + HALF) >> 16)
  }
}
