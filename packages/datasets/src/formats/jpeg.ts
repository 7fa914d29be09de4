/**
 * Colour JPEG images of a known size. The frame is looked at before anything is decoded; the decoding is jpeg-js's,
 * which is loaded when the first image is.
 *
 * Decoders may round differently: levels differ from those of libjpeg by a few, out of 255.
 */

import { InputError } from "@dualcone/wasm"

const START_OF_IMAGE = 0xd8
const END_OF_IMAGE = 0xd9
const START_OF_SCAN = 0xda
const BASELINE_FRAMES: readonly number[] = [0xc0, 0xc1]
const OTHER_FRAMES: readonly number[] = [0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]

/** Decodes images of one size. */
export interface JpegDecoder {
  /**
   * Writes the levels into `planes`: red, green and blue, each height x width.
   *
   * @param name names the image in errors
   * @throws InputError when the bytes are no whole baseline JPEG image of three components and of the size.
   */
  decode(bytes: Uint8Array, planes: Uint8Array, name: string): void
}

/** A decoder for images of `height` x `width`. */
export async function jpegDecoder(height: number, width: number): Promise<JpegDecoder> {
  const { default: jpeg } = await import("jpeg-js")
  const options = {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    ...{ maxResolutionInMP: 1, maxMemoryUsageInMB: 16 + (64 * height * width) / 2 ** 20 }
  } as const
  return {
    decode(bytes, planes, name) {
      checkFrame(bytes, height, width, name)
      let levels: Uint8Array
      try {
        levels = jpeg.decode(bytes, options).data
      } catch (cause) {
        throw new InputError({ place: name, value: cause, rule: "it must be an undamaged JPEG image" })
      }
      const plane = height * width
      for (let pixel = 0; pixel < plane; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          planes[channel * plane + pixel] = levels[3 * pixel + channel] ?? 0
        }
      }
    }
  }
}

/** Walks over the segments up to the frame. */
function checkFrame(bytes: Uint8Array, height: number, width: number, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const last = bytes.length - 2
  const marker = (at: number) =>
    at >= 0 && at <= last && view.getUint8(at) === 0xff ? view.getUint8(at + 1) : undefined
  if (marker(0) !== START_OF_IMAGE || marker(last) !== END_OF_IMAGE) {
    const value = `${bytes.length} bytes`
    throw new InputError({ place: name, value, rule: "a JPEG image begins with FF D8 and ends with FF D9" })
  }
  for (let at = 2; ; ) {
    const kind = marker(at)
    // The length of a segment counts the two bytes that hold it.
    const length = kind === undefined || at + 4 > bytes.length ? 0 : view.getUint16(at + 2)
    const whole = length >= 2 && at + 2 + length <= bytes.length
    if (kind === undefined || kind === START_OF_SCAN || OTHER_FRAMES.includes(kind) || !whole) {
      const value = kind === undefined ? undefined : `the marker ${kind.toString(16)} at byte ${at}`
      throw new InputError({
        place: `the frame of ${name}`,
        value,
        rule: "it must be a whole one of a baseline JPEG image"
      })
    }
    if (BASELINE_FRAMES.includes(kind)) {
      const [precision, components] = [view.getUint8(at + 4), length < 8 ? 0 : view.getUint8(at + 9)]
      const size = length < 8 ? [] : [view.getUint16(at + 5), view.getUint16(at + 7)]
      if (precision !== 8 || components !== 3 || length !== 8 + 3 * components) {
        const value = `${components} components of ${precision} bits`
        throw new InputError({ place: `the frame of ${name}`, value, rule: "3 components of 8 bits are expected" })
      }
      if (size[0] !== height || size[1] !== width) {
        const rule = `it must be ${height} x ${width}`
        throw new InputError({ place: `the size (height, width) of ${name}`, value: size, rule })
      }
      return
    }
    at += 2 + length
  }
}
