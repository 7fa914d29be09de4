/**
 * The cases in a page: `?engine=cpu` or `?engine=webgpu`. The text goes to the console; at the end `body` says in
 * `data-failed` how many failed.
 *
 * @module
 */
import { isConformanceEngine, runCases } from "./cases.ts"

const engine = new URLSearchParams(location.search).get("engine") ?? "cpu"
if (!isConformanceEngine(engine)) throw new Error(`the engine is ${engine}; it must be cpu or webgpu`)

const failed = await runCases(engine, readFile, console.log)
document.body.dataset.failed = String(failed)

async function readFile(path: string): Promise<Uint8Array> {
  const response = await fetch(`/${path}`)
  if (!response.ok) throw new Error(`${path} is not served: ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
