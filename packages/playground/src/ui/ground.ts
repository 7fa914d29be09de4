/**
 * Whether the page is light or dark, for what is painted and not styled.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals"

/** The ground of the page; it changes with the system and with the page's own switch. */
export const ground: ReadonlySignal<"light" | "dark"> = followGround()

function followGround(): ReadonlySignal<"light" | "dark"> {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const root = document.documentElement
  const now = () => {
    const { theme } = root.dataset
    return theme === "light" || theme === "dark" ? theme : system.matches ? "dark" : "light"
  }
  const followed = signal<"light" | "dark">(now())
  const look = () => {
    followed.value = now()
  }
  system.addEventListener("change", look)
  new MutationObserver(look).observe(root, { attributes: true, attributeFilter: ["data-theme"] })
  return followed
}
