/**
 * Files of the visitor: dropped anywhere on the page, or chosen.
 *
 * @module
 */
import type { ComponentChildren } from "preact"
import { useEffect, useState } from "preact/hooks"

/** A file of the visitor, read. */
export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What {@link FileDrop} is given. */
export interface FileDropProps {
  readonly several: boolean
  /** Called with all files of a drop or a choice, at least one. */
  readonly take: (files: readonly GivenFile[]) => void
  /** Called in place of `take` when a file cannot be read. */
  readonly refuse: (problem: string) => void
  /** What belongs here. */
  readonly children: ComponentChildren
}

/** More files than this are not looked at. */
const MOST = 8

/** A button, and words on what may be dropped. Files are read into this page and go nowhere else. */
export function FileDrop({ several, take, refuse, children }: FileDropProps) {
  const [over, setOver] = useState(false)
  const read = async (list: FileList | null | undefined) => {
    const files = Array.from(list ?? []).slice(0, several ? MOST : 1)
    if (files.length === 0) return
    try {
      take(
        await Promise.all(
          files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))
        )
      )
    } catch (error) {
      refuse(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  useEffect(() => {
    const listeners = new AbortController()
    const on = (name: "dragover" | "dragleave" | "drop", hear: (event: DragEvent) => void) =>
      document.addEventListener(name, hear, { signal: listeners.signal })
    on("dragover", (event) => {
      event.preventDefault() // else the browser would open the file in place of the page
      setOver(true)
    })
    on("dragleave", ({ relatedTarget }) => relatedTarget === null && setOver(false))
    on("drop", (event) => {
      event.preventDefault()
      setOver(false)
      read(event.dataTransfer?.files)
    })
    return () => listeners.abort()
  })
  return (
    <div class={`drop${over ? " over" : ""}`}>
      <label class="file">
        {several ? "Choose files" : "Choose a file"}
        <input
          type="file"
          multiple={several}
          onChange={({ currentTarget }) =>
            read(currentTarget.files).finally(() => {
              currentTarget.value = ""
            })
          }
        />
      </label>
      <p>{children}</p>
    </div>
  )
}
