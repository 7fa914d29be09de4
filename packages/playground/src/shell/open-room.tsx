/**
 * Opens the room that the address names: its code and its style are fetched then, not before.
 *
 * @module
 */
import { type ComponentChild, render } from "preact"
import type { RoomAddress, RoomModule, RoomName } from "../room.ts"
import { hashOf, type Place, placeOf } from "./address.ts"

const load: Readonly<Record<RoomName, () => Promise<RoomModule>>> = {
  cone: () => import("../rooms/cone/cone.tsx"),
  trajectories: () => import("../rooms/trajectories/trajectories.tsx"),
  training: () => import("../rooms/training/training.tsx"),
  sweep: () => import("../rooms/sweep/sweep.tsx")
}

/** Milliseconds after which a wait is put into words, and between two changes of the address. */
const PATIENCE = 300

let opened = 0

/** Shows the room of the address in `main`, and every room that it names from now on. */
export function followAddress(main: HTMLElement): void {
  const open = () => openRoom(main, placeOf(location.hash))
  // What stands there for those without scripts is not Preact's, which would leave it where it is.
  main.replaceChildren()
  addEventListener("hashchange", open)
  open()
}

async function openRoom(main: HTMLElement, place: Place): Promise<void> {
  opened++
  const turn = opened
  const { room } = place
  document.body.dataset.room = room
  for (const link of document.querySelectorAll("nav [data-room]")) {
    if (link.getAttribute("data-room") === room) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
  }
  const timer = setTimeout(() => show(<p class="wait">The room is being loaded …</p>), PATIENCE)
  const show = (content: ComponentChild) => {
    if (turn === opened) render(content, main)
  }
  try {
    const [{ default: Room }] = await Promise.all([load[room](), loadStyle(room)])
    show(<Room key={turn} address={addressOf(place)} />)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    show(<p class="wait">This room could not be loaded ({reason}). Reload the page to try again.</p>)
  } finally {
    clearTimeout(timer)
    main.removeAttribute("aria-busy")
  }
}

/** The address of a room that is open; changed at most three times a second, as browsers refuse more than that. */
function addressOf({ room, parameters }: Place): RoomAddress {
  const mine = opened
  let latest: URLSearchParams | undefined
  const write = () => {
    if (latest !== undefined && mine === opened) history.replaceState(null, "", hashOf({ room, parameters: latest }))
    latest = undefined
  }
  return {
    parameters,
    replace(next) {
      if (latest === undefined) setTimeout(write, PATIENCE)
      latest = next
    },
    link() {
      write()
      return location.href
    }
  }
}

/** The style of a room, once. */
function loadStyle(room: RoomName): Promise<void> {
  const href = `./app/${room}.css`
  if (document.querySelector(`link[href="${href}"]`) !== null) return Promise.resolve()
  const link = document.createElement("link")
  link.rel = "stylesheet"
  link.href = href
  return new Promise((resolve, reject) => {
    link.onload = () => resolve()
    link.onerror = () => reject(new Error(`${href} is not there`))
    document.head.append(link)
  })
}
