/**
 * The room where the same network is trained twice from the same start: by the mean, and by a method that settles
 * conflicts.
 *
 * @module
 */
import { useEffect, useMemo } from "preact/hooks"
import type { RoomProps } from "../../room.ts"
import { Columns } from "./columns.tsx"
import { Buttons, Choices } from "./controls.tsx"
import { Ending } from "./ending.tsx"
import { Files } from "./files.tsx"
import { openModel } from "./model.ts"
import { Predictions } from "./predictions.tsx"

/** The room. It begins to train by itself, unless the visitor wants nothing to move. */
export default function Training({ address }: RoomProps) {
  const model = useMemo(() => {
    const run = !matchMedia("(prefers-reduced-motion: reduce)").matches
    return openModel(address, { run, saved: offerFile })
  }, [address])
  useEffect(() => () => model.close(), [model])
  return (
    <section class="room training" aria-labelledby="training-title">
      <header>
        <h1 id="training-title">Training</h1>
        <p>In one batch most examples disagree; watch UPGrad settle the disagreement faster than the mean.</p>
      </header>
      <Buttons model={model} />
      <Choices model={model} />
      <Columns model={model} />
      <Predictions model={model} />
      <Ending model={model} />
      <Files model={model} />
    </section>
  )
}

/** Hands a file of parameters to the visitor, as `dualcone train` would have written it. */
function offerFile(method: string, bytes: Uint8Array): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([bytes.slice()], { type: "application/octet-stream" }))
  link.download = `${method}.safetensors`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
