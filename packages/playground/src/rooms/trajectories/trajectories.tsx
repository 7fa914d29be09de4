/**
 * The room trajectories.
 *
 * @module
 */
import type { RoomProps } from "../../room.ts"

/** The room. */
export default function Trajectories(_: RoomProps) {
  return (
    <section class="room" aria-labelledby="trajectories-title">
      <header>
        <h1 id="trajectories-title">Trajectories</h1>
        <p>…</p>
      </header>
    </section>
  )
}
