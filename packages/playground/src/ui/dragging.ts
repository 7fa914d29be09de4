/**
 * Follows a finger or the mouse from where it went down to where it goes up.
 *
 * @module
 */

/** To be called when the pointer goes down on an element; `onMove` is told how far it is from there, in pixels. */
export function dragging(event: PointerEvent, onMove: (right: number, down: number) => void): void {
  const element = event.currentTarget
  if (!(element instanceof SVGElement)) return
  event.preventDefault()
  event.stopPropagation()
  element.focus()
  element.setPointerCapture(event.pointerId)
  const { clientX, clientY } = event
  const move = (moved: PointerEvent) => onMove(moved.clientX - clientX, moved.clientY - clientY)
  const end = () => {
    element.removeEventListener("pointermove", move)
    element.removeEventListener("lostpointercapture", end)
  }
  element.addEventListener("pointermove", move)
  element.addEventListener("lostpointercapture", end)
}
