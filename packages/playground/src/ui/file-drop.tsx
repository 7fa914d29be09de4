/**
 * A place to drop files on, with a button for who does not drag.
 *
 * @module
 */
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"

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

/** Files are read into this page and go nowhere else. */
export function FileDrop({ several, take, refuse, children }: FileDropProps) {
  const [over, setOver] = useState(false)
  const read = async (list: FileList | null | undefined) => {
    const files = Array.from(list ?? []).slice(0, several ? 8 : 1)
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
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same
    <div
      class={`drop${over ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        read(event.dataTransfer?.files)
      }}
    >
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
