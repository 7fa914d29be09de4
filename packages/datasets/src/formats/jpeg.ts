/**
 * Colour images of JPEG (ITU-T T.81), sequential and in one scan, as cameras and satellites' archives have them. Levels
 * are those of libjpeg, bit by bit, and thereby those of Pillow and torchvision: other decoders round otherwise, and
 * repeat samples of colour where libjpeg interpolates.
 */

import { upsampled, writeColours } from "./jpeg/colour.ts"
import { readFrame } from "./jpeg/frame.ts"
import { decodePlanes } from "./jpeg/planes.ts"

/**
 * Writes red, green and blue, each height x width, into `into`, one plane after the other.
 *
 * @param name names the image in errors
 * @throws InputError when the bytes are no whole image of that kind and size, or are damaged where that can be seen. The
 * size is looked at before anything is decoded.
 */
export function decodeJpeg(
  bytes: Uint8Array,
  [height, width]: readonly [height: number, width: number],
  into: Uint8Array,
  name = "the JPEG image"
): void {
  const frame = readFrame(bytes, height, width, name)
  const [luminance] = frame.components
  const across = luminance?.across ?? 1
  const down = luminance?.down ?? 1
  const [y, b, r] = decodePlanes(bytes, frame, height, width, name)
  if (y === undefined || b === undefined || r === undefined) return
  const colour = [b, r].map((plane) => upsampled(plane, across, down, height, width))
  const [blueness = new Uint8ClampedArray(), redness = blueness] = colour
  writeColours(upsampled(y, 1, 1, height, width), blueness, redness, into)
}
