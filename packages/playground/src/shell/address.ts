/**
 * The address of the page: which room, and the state that the room keeps there.
 *
 * @module
 */
import { type RoomName, roomNames } from "../room.ts"

/** What the part of an address behind `#` says. */
export interface Place {
  readonly room: RoomName
  readonly parameters: URLSearchParams
}

/** Reads `#ROOM?NAME=VALUE&…`; the first room where none or an unknown one is named. */
export function placeOf(hash: string): Place {
  const [name = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s)
  const room = roomNames.find((known) => known === name) ?? roomNames[0]
  return { room, parameters: new URLSearchParams(query) }
}

/** Writes what {@link placeOf} reads. */
export function hashOf({ room, parameters }: Place): string {
  const query = parameters.toString()
  // Commas and colons need no escape behind `#`, and a link that can be read is a better link.
  return `#${room}${query === "" ? "" : `?${query.replaceAll("%2C", ",").replaceAll("%3A", ":")}`}`
}
