/**
 * The cases in a page, those of the CPU in its worker: `?engine=cpu` or `?engine=webgpu`. The text goes to the console; at
 * the end `body` says in `data-failed` how many failed.
 *
 * @module
 */
import { isConformanceEngine, runCases } from "./cases.ts"

const engine = new URLSearchParams(location.search).get("engine") ?? "cpu"
if (!isConformanceEngine(engine)) throw new Error(`the engine is ${engine}; it must be cpu or webgpu`)

if (typeof document === "undefined") {
  postMessage(await runCases(engine, readFile, (line) => postMessage(line)))
} else if (engine === "cpu") {
  // A page's own thread may not wait for others, so that threads are there in a worker alone.
  const worker = new Worker(import.meta.url + location.search, { type: "module" })
  worker.onmessage = ({ data }: MessageEvent<string | number>) => {
    if (typeof data === "number") finish(data)
    else console.log(data)
  }
} else {
  finish(await runCases(engine, readFile, console.log))
}

function finish(failed: number): void {
  document.body.dataset.failed = String(failed)
}

async function readFile(path: string): Promise<Uint8Array> {
  const response = await fetch(`/${path}`)
  if (!response.ok) throw new Error(`${path} is not served: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
