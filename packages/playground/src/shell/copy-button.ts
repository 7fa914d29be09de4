/**
 * A button that copies the text beside it.
 *
 * @module
 */

/** Copies `text()` at every click, and says so on the button for a moment. */
export async function copyFrom(button: HTMLButtonElement, text: () => string): Promise<void> {
  const label = button.textContent
  const done = await navigator.clipboard.writeText(text()).then(
    () => true,
    () => false
  )
  button.textContent = done ? "Copied" : "Not allowed"
  setTimeout(() => {
    button.textContent = label
  }, 1500)
}
