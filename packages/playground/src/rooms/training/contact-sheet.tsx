/**
 * The batch as a contact sheet: every digit in a border as thick as its weight, marked where the step hurts it.
 *
 * @module
 */
import { inks, lineStyle, meanings } from "@dualcone/descent"
import { useMemo } from "preact/hooks"
import { ground } from "../../ui/ground.ts"
import { drawDigit } from "./digit-picture.tsx"
import { Painting } from "./painting.tsx"
import type { Picture, Side } from "./protocol.ts"

/** A step hurts a digit when it raises its loss by more than this, to first order. */
export const HURT = 0.01

/** What {@link ContactSheet} shows. */
export interface ContactSheetProps {
  readonly picture: Picture
  readonly side: Side
  readonly method: string
  readonly learningRate: number
  /** Said to who does not see it. */
  readonly label: string
}

/** How much the step of a side raises the loss of each digit, to first order: -η (G w)ᵢ. */
export function risesOf(picture: Picture, side: Side, learningRate: number): readonly number[] {
  return Array.from(picture[side].gains, (gain) => -learningRate * gain)
}

/** The sheet. */
export function ContactSheet({ picture, side, method, learningRate, label }: ContactSheetProps) {
  const shade = ground.value
  const paint = useMemo(() => {
    const { labels } = picture
    const { weights } = picture[side]
    const m = labels.length
    const columns = Math.ceil(Math.sqrt(m))
    const rises = risesOf(picture, side, learningRate)
    const colour = lineStyle(method)[shade]
    return (context: CanvasRenderingContext2D, width: number) => {
      const cell = width / columns
      const gap = Math.max(1, cell * 0.05)
      for (let i = 0; i < m; i++) {
        const [x, y] = [(i % columns) * cell + gap / 2, Math.floor(i / columns) * cell + gap / 2]
        const side = cell - gap
        // The mean's weight, 1/m, has a thin border; twice the weight, a step thicker.
        const times = Math.max(0, (weights[i] ?? 0) * m)
        const thickness = Math.min(side / 5, (side / 48) * (1 + 2 * Math.log2(1 + times) - 1))
        drawDigit(context, picture, i, { x, y, side })
        context.strokeStyle = colour
        context.lineWidth = thickness
        context.strokeRect(x + thickness / 2, y + thickness / 2, side - thickness, side - thickness)
        if ((rises[i] ?? 0) <= HURT) continue
        const corner = side * 0.36
        context.fillStyle = meanings.conflict[shade]
        context.strokeStyle = inks[shade].ground
        context.lineWidth = 1
        context.beginPath()
        context.moveTo(x + side - corner, y)
        context.lineTo(x + side, y)
        context.lineTo(x + side, y + corner)
        context.closePath()
        context.fill()
        context.stroke()
      }
    }
  }, [picture, side, method, learningRate, shade])
  const columns = Math.ceil(Math.sqrt(picture.labels.length))
  const rows = Math.ceil(picture.labels.length / columns)
  return <Painting ratio={rows / columns} paint={paint} role="img" aria-label={label} />
}
