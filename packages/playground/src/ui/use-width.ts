/**
 * How much room an element has.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals"
import type { RefObject } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"

/** The width of an element in pixels, followed as it changes; 0 before it is known. */
export function useWidth<E extends Element>(): { readonly ref: RefObject<E | null>; readonly width: Signal<number> } {
  const ref = useRef<E>(null)
  const width = useSignal(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    const measure = () => {
      width.value = Math.floor(element.getBoundingClientRect().width)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { ref, width }
}
