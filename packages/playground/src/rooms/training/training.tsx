/**
 * The room training.
 *
 * @module
 */
import type { RoomProps } from "../../room.ts"

/** The room. */
export default function Training(_: RoomProps) {
  return (
    <section class="room" aria-labelledby="training-title">
      <header>
        <h1 id="training-title">Training</h1>
        <p>In one batch most examples disagree; watch UPGrad settle the disagreement faster than the mean.</p>
      </header>
    </section>
  )
}
