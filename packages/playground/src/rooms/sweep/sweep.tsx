/**
 * The room where a sweep is dropped and its figures are seen.
 *
 * @module
 */

import type { ShownColumn } from "@dualcone/experiments/charts"
import { useSignal } from "@preact/signals"
import { useEffect, useMemo, useRef } from "preact/hooks"
import { openWorker } from "../../open-worker.ts"
import { FileDrop, type GivenFile } from "../../ui/file-drop.tsx"
import { ground } from "../../ui/ground.ts"
import type { Figure, Report, Shown, ShownTable } from "./protocol.ts"

/** A sweep that comes with the page: what `--export` printed of examples/sweeps/digits-methods.json. */
const EXAMPLE = { name: "digits.json", address: "./sweeps/digits.json" }

/** Milliseconds after which a file that is still being read is given up: it may be one that never ends. */
const PATIENCE = 120_000

type State =
  | { readonly kind: "reading"; readonly name: string }
  | { readonly kind: "shown"; readonly shown: Shown; readonly isExample: boolean }
  | { readonly kind: "refused"; readonly message: string }

/** The room. */
export default function Sweep() {
  const state = useSignal<State>({ kind: "reading", name: "the example" })
  const reader = useMemo(openReader, [])
  const asked = useRef(0)
  const show = async (file: () => Promise<GivenFile>, name: string, isExample: boolean) => {
    asked.current++
    const turn = asked.current
    state.value = { kind: "reading", name }
    const given = await file().catch((error: unknown) => refused(name, error))
    // Who has asked for another file since does not want this one.
    if (turn !== asked.current) return
    const report = "kind" in given ? given : await reader.read(given)
    if (turn === asked.current) state.value = report.kind === "shown" ? { ...report, isExample } : report
  }
  const example = () => show(fetchExample, "the example", true)
  useEffect(() => {
    example()
    return reader.close
  }, [reader])
  const { value } = state
  return (
    <section class="room sweep" aria-labelledby="sweep-title">
      <header>
        <h1 id="sweep-title">Sweeps</h1>
        <p>The claim of the paper, from your own runs: every method at its best learning rate.</p>
      </header>
      <FileDrop
        several={false}
        take={([file]) => file !== undefined && show(async () => file, file.name, false)}
        refuse={(message) => {
          state.value = { kind: "refused", message }
        }}
      >
        or drop it on this page: <code>sweep.sqlite</code> from the folder of a sweep, or what{" "}
        <code>dualcone sweep FOLDER --export</code> prints. It stays in this page.
      </FileDrop>
      <div class="word" aria-live="polite">
        {value.kind === "reading" && <p>{`Reading ${value.name} …`}</p>}
        {value.kind === "shown" && <Word shown={value.shown} isExample={value.isExample} />}
      </div>
      {value.kind === "refused" && (
        <div class="refused">
          <p role="alert">{value.message}</p>
          <button type="button" onClick={example}>
            Back to the example
          </button>
        </div>
      )}
      {value.kind === "shown" && (
        <>
          {value.shown.figures.map((figure) => (
            <Drawing key={figure.id} figure={figure} />
          ))}
          {tablesOf(value).map((table) => (
            <Results key={table.name} table={table} />
          ))}
        </>
      )}
    </section>
  )
}

/** Of the example what was found, not how long it took: that was another machine, with other things to do. */
function tablesOf({ shown, isExample }: Extract<State, { kind: "shown" }>): readonly ShownTable[] {
  return isExample ? shown.tables.filter(({ name }) => name === "results") : shown.tables
}

function Word({ shown: { file, runs }, isExample }: { readonly shown: Shown; readonly isExample: boolean }) {
  const { planned, done, diverged } = runs
  const left = planned - done - diverged
  const counted = [
    `${done} of ${planned} runs done`,
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(left > 0 ? [`${left} to come`] : [])
  ].join(", ")
  return (
    <p>
      {isExample ? "An example, ten methods on 512 digits: " : `${file}: `}
      {counted}.
    </p>
  )
}

/** A chart as a picture: what is in its file cannot run, whoever made it. */
function Drawing({ figure }: { readonly figure: Figure }) {
  const { id, title, remarks, svg } = figure
  const address = useAddress(svg, "image/svg+xml")
  const shown = useAddress(onGround(svg, ground.value), "image/svg+xml")
  return (
    <figure>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label={title}>
        <img src={shown} alt={[title, ...remarks].join(". ")} />
      </section>
      <figcaption>
        <a href={address} download={`${id}.svg`}>
          Save this figure<span class="hidden">: {title}</span>
        </a>
      </figcaption>
    </figure>
  )
}

function Results({ table: { name, title, note, columns, csv } }: { readonly table: ShownTable }) {
  const address = useAddress(csv, "text/csv")
  const rows = columns[0]?.cells ?? []
  // What all rows have in common is said once.
  const isCommon = ({ cells }: ShownColumn) =>
    rows.length > 1 && cells.every((cell) => cell === cells[0] && cell !== "-")
  const common = columns.filter(isCommon).map((column) => `${column.name}: ${column.cells[0]}`)
  const told = columns.filter((column) => !isCommon(column))
  return (
    <div class="results">
      <h2 id={`table-${name}`}>{title}</h2>
      {common.length > 0 && <p>{common.join(". ")}.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section class="scroll" tabIndex={0} aria-labelledby={`table-${name}`}>
        <table>
          <thead>
            <tr>
              {told.map((column) => (
                <th key={column.name} scope="col" class={column.isNumber ? "number" : ""}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((_, row) => (
              <tr key={row}>
                {told.map((column) => (
                  <td key={column.name} class={column.isNumber ? "number" : ""}>
                    {column.cells[row]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="soft">{note}</p>
      <a href={address} download={`${name}.csv`}>
        Save as CSV<span class="hidden">: {title}</span>
      </a>
    </div>
  )
}

/** An address of a text, as long as it is shown. */
function useAddress(text: string, type: string): string {
  const address = useMemo(() => URL.createObjectURL(new Blob([text], { type })), [text, type])
  useEffect(() => () => URL.revokeObjectURL(address), [address])
  return address
}

/** A figure follows the ground of the system; in the page, that of the page. */
function onGround(svg: string, shade: "light" | "dark"): string {
  return svg.replace("@media(prefers-color-scheme:dark)", shade === "dark" ? "@media all" : "@media not all")
}

async function fetchExample(): Promise<GivenFile> {
  const response = await fetch(EXAMPLE.address)
  if (!response.ok) throw new Error(`${EXAMPLE.address} is not there (${response.status})`)
  return { name: EXAMPLE.name, bytes: new Uint8Array(await response.arrayBuffer()) }
}

function refused(name: string, error: unknown): Report {
  const reason = error instanceof Error ? error.message : String(error)
  return { kind: "refused", message: `${name} could not be read: ${reason}` }
}

/** A worker that reads a file; a new one for each, so that one that is no longer wanted ends. */
function openReader() {
  let worker: Worker | undefined
  return {
    read({ name, bytes }: GivenFile): Promise<Report> {
      worker?.terminate()
      const { promise, resolve } = Promise.withResolvers<Report>()
      const own = openWorker("sweep")
      worker = own
      const timer = setTimeout(() => {
        own.terminate()
        resolve(refused(name, new Error(`it was not read after ${PATIENCE / 1000} seconds`)))
      }, PATIENCE)
      const end = (report: Report) => {
        clearTimeout(timer)
        resolve(report)
      }
      own.onmessage = ({ data }: MessageEvent<Report>) => end(data)
      own.onerror = (event) => {
        event.preventDefault()
        end(refused(name, new Error(event.message || "its reader could not be started")))
      }
      own.postMessage({ name, bytes })
      return promise
    },
    close: () => worker?.terminate()
  }
}
