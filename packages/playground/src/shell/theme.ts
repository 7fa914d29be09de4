/**
 * Light or dark: as the system says, until the visitor says otherwise.
 *
 * @module
 */

const KEY = "theme"

/** Makes a button switch between light and dark; what was chosen is kept in this browser. */
export function themeButton(button: HTMLButtonElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const root = document.documentElement
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark"
  const name = () => {
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours")
  }
  const kept = read()
  if (kept === "light" || kept === "dark") root.dataset.theme = kept
  button.onclick = () => {
    root.dataset.theme = isDark() ? "light" : "dark"
    keep(root.dataset.theme)
    name()
  }
  system.addEventListener("change", name)
  name()
  button.hidden = false
}

/** Storage may be forbidden, as in a private window: then nothing is kept. */
function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {}
}
