/**
 * What a room of the page is: its place in the address, and what it is given.
 *
 * @module
 */
import type { ComponentType } from "preact"

/** The names of the rooms, as they stand in the address: `#cone`, `#trajectories`, … */
export const roomNames = ["cone", "trajectories", "training", "sweep"] as const

/** The name of a room; its files are `rooms/NAME/NAME.tsx` and `rooms/NAME/NAME.css`. */
export type RoomName = (typeof roomNames)[number]

/** The part of the address that belongs to the room: `#cone?preset=opposed` holds `preset=opposed`. */
export interface RoomAddress {
  /** What the address said when the room was opened. */
  readonly parameters: URLSearchParams
  /** Says it anew, so that the address leads back to what is seen; adds nothing to the history of the browser. */
  replace(parameters: URLSearchParams): void
  /** The whole address, as it says what is seen now. */
  link(): string
}

/** What a room is given. It is mounted anew when the address is changed by hand, by a link or by the browser's buttons. */
export interface RoomProps {
  readonly address: RoomAddress
}

/** The module of a room. */
export interface RoomModule {
  readonly default: ComponentType<RoomProps>
}
