/**
 * A canvas as wide as its place, sharp on every screen, painted again whenever what it shows changes.
 *
 * @module
 */
import type { CanvasHTMLAttributes } from "preact"
import { useEffect } from "preact/hooks"
import { ground } from "../../ui/ground.ts"
import { useWidth } from "../../ui/use-width.ts"

/** Paints into `width` × `height` CSS pixels. */
export type Paint = (context: CanvasRenderingContext2D, width: number, height: number) => void

/** What {@link Painting} takes besides what a canvas takes. */
export interface PaintingProps extends Omit<CanvasHTMLAttributes<HTMLCanvasElement>, "ref"> {
  /** Height over width. */
  readonly ratio: number
  readonly paint: Paint
}

/** A painted canvas. */
export function Painting({ ratio, paint, ...attributes }: PaintingProps) {
  const { ref, width: room } = useWidth<HTMLCanvasElement>()
  const width = room.value
  const shade = ground.value
  useEffect(() => {
    // Each in a task of its own: many paintings that change at once keep nobody waiting.
    const task = setTimeout(() => {
      const { current } = ref
      const context = current?.getContext("2d")
      if (current === null || context == null || width === 0) return
      const height = Math.round(width * ratio)
      const density = devicePixelRatio
      const [across, down] = [Math.round(width * density), Math.round(height * density)]
      if (current.width !== across || current.height !== down) {
        current.width = across
        current.height = down
      }
      context.setTransform(density, 0, 0, density, 0, 0)
      context.clearRect(0, 0, width, height)
      paint(context, width, height)
    })
    return () => clearTimeout(task)
  }, [paint, ratio, width, shade])
  return <canvas {...attributes} ref={ref} style={{ aspectRatio: `1 / ${ratio}` }} />
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** `#rgb` or `#rrggbb` as a colour. */
export function colourOf(hex: string): Colour {
  const digits = hex.slice(1)
  const part = (i: number) =>
    Number.parseInt(digits.length === 3 ? (digits[i] ?? "0").repeat(2) : digits.slice(2 * i, 2 * i + 2), 16)
  return [part(0), part(1), part(2)]
}

/** A picture of one colour, more or less see-through, that can be scaled. */
export function stencil(width: number, height: number, [red, green, blue]: Colour, opacities: Uint8Array) {
  const picture = new OffscreenCanvas(width, height)
  const image = new ImageData(width, height)
  const { data } = image
  for (let pixel = 0, at = 0; pixel < opacities.length; pixel++) {
    data[at++] = red
    data[at++] = green
    data[at++] = blue
    data[at++] = opacities[pixel] ?? 0
  }
  picture.getContext("2d")?.putImageData(image, 0, 0)
  return picture
}
