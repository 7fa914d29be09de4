/**
 * How long something will take, in words.
 *
 * @module
 */

/** Seconds, minutes or hours; null where nothing is known yet. */
export function timeLeft(secondsLeft: number | null): string {
  if (secondsLeft === null) return "time left unknown"
  if (secondsLeft < 90) return `${Math.ceil(secondsLeft)} s left`
  const minutes = Math.ceil(secondsLeft / 60)
  return minutes < 120 ? `${minutes} min left` : `${(secondsLeft / 3600).toFixed(1)} h left`
}
