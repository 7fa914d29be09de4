/**
 * The room cone.
 *
 * @module
 */
import type { RoomProps } from "../../room.ts"

/** The room. */
export default function Cone(_: RoomProps) {
  return (
    <section class="room" aria-labelledby="cone-title">
      <header>
        <h1 id="cone-title">Cone</h1>
        <p>…</p>
      </header>
    </section>
  )
}
