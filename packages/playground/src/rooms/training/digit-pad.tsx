/**
 * A pad to draw a digit on, with a pointer or with the keyboard.
 *
 * @module
 */
import { inks } from "@dualcone/descent"
import { useMemo, useRef, useState } from "preact/hooks"
import { ground } from "../../ui/ground.ts"
import { Painting } from "./painting.tsx"
import { drawStrokes, levelsOf, type Point, type Stroke } from "./strokes.ts"

/** What {@link DigitPad} is given. */
export interface DigitPadProps {
  /** Told of every change: 28 × 28 levels, or null when the pad is empty. */
  readonly change: (levels: Uint8Array | null) => void
}

/** How far an arrow key moves the pen. */
const STEP = 1 / 24
/** Width of the pen on the pad. */
const PEN = 0.08

/** The pad. Arrow keys move a pen, the space bar sets it down and lifts it. */
export function DigitPad({ change }: DigitPadProps) {
  const [strokes, setStrokes] = useNow<readonly Stroke[]>([])
  const [pen, setPen] = useNow<{ readonly at: Point; readonly down: boolean } | null>(null)
  const drawing = useRef(false)
  const told = useRef(0)
  const shade = ground.value

  const tell = (next: readonly Stroke[], settled: boolean) => {
    setStrokes(next)
    const now = performance.now()
    if (!settled && now - told.current < 100) return
    told.current = now
    change(levelsOf(next))
  }
  const goOn = (point: Point) => [...strokes.now.slice(0, -1), [...(strokes.now.at(-1) ?? []), point]]
  const pointOf = ({ currentTarget, offsetX, offsetY }: PointerEvent): Point => {
    if (!(currentTarget instanceof HTMLElement)) return [0, 0]
    return [offsetX / currentTarget.clientWidth, offsetY / currentTarget.clientHeight]
  }
  const press = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, Point>> = {
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0]
    }
    const now = pen.now ?? { at: [0.5, 0.5] as const, down: false }
    const move = moves[event.key]
    if (move !== undefined) {
      const within = (value: number) => Math.min(1, Math.max(0, value))
      const at: Point = [within(now.at[0] + move[0]), within(now.at[1] + move[1])]
      setPen({ ...now, at })
      if (now.down) tell(goOn(at), true)
    } else if (event.key === " ") {
      setPen({ ...now, down: !now.down })
      if (!now.down) tell([...strokes.now, [now.at]], true)
    } else return
    event.preventDefault()
  }

  const paint = useMemo(() => {
    const { title, axis } = inks[shade]
    return (context: CanvasRenderingContext2D, width: number) => {
      context.save()
      context.scale(width, width)
      context.strokeStyle = title
      drawStrokes(context, strokes.shown, PEN)
      if (pen.shown !== null) {
        context.beginPath()
        context.arc(...pen.shown.at, PEN / 2, 0, 2 * Math.PI)
        context.lineWidth = 2 / width
        context.strokeStyle = pen.shown.down ? title : axis
        context.stroke()
      }
      context.restore()
    }
  }, [strokes.shown, pen.shown, shade])

  return (
    <div class="pad">
      <Painting
        ratio={1}
        paint={paint}
        role="application"
        aria-roledescription="drawing pad"
        aria-label="A pad to draw a digit on. With the keyboard: the arrow keys move the pen, the space bar sets it down and lifts it."
        tabIndex={0}
        onPointerDown={(event: PointerEvent) => {
          drawing.current = true
          setPen(null)
          if (event.currentTarget instanceof HTMLElement) event.currentTarget.setPointerCapture(event.pointerId)
          tell([...strokes.now, [pointOf(event)]], true)
        }}
        onPointerMove={(event: PointerEvent) => {
          if (drawing.current) tell(goOn(pointOf(event)), false)
        }}
        onPointerUp={() => {
          drawing.current = false
          tell(strokes.now, true)
        }}
        onPointerCancel={() => {
          drawing.current = false
        }}
        onKeyDown={press}
      />
      <button
        type="button"
        disabled={strokes.shown.length === 0}
        onClick={() => {
          setPen(null)
          tell([], true)
        }}
      >
        Clear
      </button>
    </div>
  )
}

/** A state as it is shown, and as it is: events that come before the next showing go on from what the last one left. */
interface Now<A> {
  readonly shown: A
  readonly now: A
}

function useNow<A>(first: A): readonly [Now<A>, (next: A) => void] {
  const [shown, show] = useState(first)
  const latest = useRef(first)
  const set = (next: A) => {
    latest.current = next
    show(() => next)
  }
  return [
    {
      shown,
      get now() {
        return latest.current
      }
    },
    set
  ]
}
