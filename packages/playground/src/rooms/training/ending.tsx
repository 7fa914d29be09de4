/**
 * What both runs came to, and the same for Bun and Deno.
 *
 * @module
 */
import { useRef, useState } from "preact/hooks"
import { copyFrom } from "../../shell/copy-button.ts"
import { methodTitle } from "../../ui/method-style.ts"
import { decimals } from "../../ui/number-text.ts"
import { elsewhere } from "./configuration.ts"
import type { Model } from "./model.ts"
import { type Side, sides } from "./protocol.ts"

/** Digests, areas and accuracies once there are some, and the configuration to copy. */
export function Ending({ model }: { readonly model: Model }) {
  const [side, setSide] = useState<Side>("rival")
  const copy = useRef<HTMLButtonElement>(null)
  const ending = model.ending.value
  const task = model.task.value
  const { file, content, commands } = elsewhere(task, side)
  const title = (of: Side) => methodTitle(of === "mean" ? "mean" : task.settings.rival)
  return (
    <section class="ending" aria-labelledby="ending-title">
      <h2 id="ending-title">The same in Bun and Deno</h2>
      {ending === null ? (
        <p>
          At their end both runs have a digest, of all losses and the last parameters. Elsewhere it is the same, bit by
          bit.
        </p>
      ) : (
        <dl>
          {sides.map((of) => (
            <div key={of}>
              <dt>{title(of)}</dt>
              <dd>
                Area under the loss <strong>{decimals(ending.areas[of], 3)}</strong>
              </dd>
              {ending.accuracies !== null && (
                <dd>
                  Right of {ending.unseen} never seen <strong>{decimals(100 * ending.accuracies[of], 1)} %</strong>
                </dd>
              )}
              <dd>
                Digest <code class="digest">{ending.digests[of]}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {task.settings.engine === "webgpu" && (
        <p>On WebGPU the digest is that of this device; on the CPU it is that of all machines.</p>
      )}
      <fieldset class="choices">
        <legend class="hidden">Whose run</legend>
        {sides.map((of) => (
          <button key={of} type="button" aria-pressed={of === side} onClick={() => setSide(of)}>
            {title(of)}
          </button>
        ))}
        <button type="button" ref={copy} onClick={() => copy.current !== null && copyFrom(copy.current, () => content)}>
          Copy
        </button>
      </fieldset>
      <p>
        Put this into <code>{file}</code>, and run one of
      </p>
      <ul class="commands">
        {commands.map((command) => (
          <li key={command}>
            <code>{command}</code>
          </li>
        ))}
      </ul>
      <pre>
        <code>{content}</code>
      </pre>
    </section>
  )
}
