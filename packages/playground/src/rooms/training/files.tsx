/**
 * Files in and out: images to train on, parameters to start from and to keep.
 *
 * @module
 */
import { useState } from "preact/hooks"
import { FileDrop, type GivenFile } from "../../ui/file-drop.tsx"
import { methodTitle } from "../../ui/method-style.ts"
import { sortFiles } from "./given-files.ts"
import type { Model } from "./model.ts"
import { sides } from "./protocol.ts"

/** A place to drop files on, and buttons. */
export function Files({ model }: { readonly model: Model }) {
  const [word, setWord] = useState("")
  const { files, start, settings } = model.task.value
  const take = async (given: readonly GivenFile[]) => {
    const sorted = await sortFiles(given)
    setWord("problem" in sorted ? sorted.problem : "")
    if (!("problem" in sorted)) model.train(sorted)
  }
  const ready = model.picture.value !== null
  return (
    <section class="files" aria-labelledby="files-title">
      <h2 id="files-title">Your data, your weights</h2>
      <FileDrop several take={take} refuse={setWord}>
        or drop them on this page: two IDX files, images and labels, as MNIST, Fashion-MNIST and KMNIST have them, to
        train on; or one safetensors file of parameters, for both to start from. They stay in this page.
      </FileDrop>
      {word !== "" && (
        <p class="hurt" role="alert">
          {word}
        </p>
      )}
      {(files !== null || start !== null) && (
        <p>
          {files === null ? "" : `Trains on ${files.images.name}. `}
          {start === null ? "" : `Starts from ${start.name}. `}
          <button type="button" onClick={() => model.train({ files: null, start: null })}>
            Back to the digits and the seed
          </button>
        </p>
      )}
      <div class="choices">
        {sides.map((side) => (
          <button key={side} type="button" disabled={!ready} onClick={() => model.save(side)}>
            {`Save the weights of ${side === "mean" ? "the mean" : methodTitle(settings.rival)}`}
          </button>
        ))}
      </div>
    </section>
  )
}
