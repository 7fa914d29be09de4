/**
 * The room sweep.
 *
 * @module
 */
import type { RoomProps } from "../../room.ts"

/** The room. */
export default function Sweep(_: RoomProps) {
  return (
    <section class="room" aria-labelledby="sweep-title">
      <header>
        <h1 id="sweep-title">Sweep</h1>
        <p>The claim of the paper, from your own runs.</p>
      </header>
    </section>
  )
}
