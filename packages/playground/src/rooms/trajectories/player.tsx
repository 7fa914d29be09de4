/**
 * How far the paths have come: a slider that plays by itself.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"

/** What the player moves. */
export interface PlayerProps {
  /** Updates that are shown. */
  readonly update: Signal<number>
  /** Of the longest path. */
  readonly steps: number
}

/** Milliseconds from the first update to the last. */
const DURATION = 5000

/** Plays when the first path is there, from the start to the end; whoever wants no motion sees the end at once. */
export function Player({ update, steps }: PlayerProps) {
  const isPlaying = useSignal(true)
  const isLess = matchMedia("(prefers-reduced-motion: reduce)").matches
  useEffect(() => {
    if (!isPlaying.value || steps === 0) return
    if (isLess) {
      update.value = steps
      isPlaying.value = false
      return
    }
    let last = performance.now()
    let frame = requestAnimationFrame(function advance(now) {
      update.value = Math.min(steps, update.value + ((now - last) / DURATION) * steps)
      last = now
      if (update.value < steps) frame = requestAnimationFrame(advance)
      else isPlaying.value = false
    })
    return () => cancelAnimationFrame(frame)
  }, [isPlaying.value, steps, update, isLess, isPlaying])
  const shown = Math.round(update.value)
  return (
    <div class="player">
      <button
        type="button"
        disabled={steps === 0}
        onClick={() => {
          if (!isPlaying.value && update.value >= steps) update.value = 0
          isPlaying.value = !isPlaying.value
        }}
      >
        {isPlaying.value && steps > 0 ? "Pause" : steps > 0 && update.value >= steps ? "Play again" : "Play"}
      </button>
      <input
        type="range"
        aria-label="Update"
        min={0}
        max={steps}
        step={1}
        value={shown}
        onInput={(event) => {
          isPlaying.value = false
          update.value = event.currentTarget.valueAsNumber
        }}
      />
      <span>
        Update {shown} of {steps}
      </span>
    </div>
  )
}
