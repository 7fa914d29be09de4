/**
 * The page: its buttons, the room that its address names, and what keeps it there without a network.
 *
 * @module
 */
import { keepOffline } from "./offline/keep-offline.ts"
import { copyFrom } from "./shell/copy-button.ts"
import { followAddress } from "./shell/open-room.tsx"
import { themeButton } from "./shell/theme.ts"

const element = <E extends HTMLElement>(selector: string, kind: new () => E): E => {
  const found = document.querySelector(selector)
  if (found instanceof kind) return found
  throw new Error(`the page has no ${selector}`)
}

themeButton(element("#theme", HTMLButtonElement))
const command = element("#command", HTMLElement)
const copy = element("#copy", HTMLButtonElement)
copy.onclick = () => copyFrom(copy, () => command.textContent ?? "")
const main = element("main", HTMLElement)
element(".skip", HTMLAnchorElement).onclick = (event) => {
  // The address names a room, not a place in the page.
  event.preventDefault()
  main.focus()
}
followAddress(main)
keepOffline()
