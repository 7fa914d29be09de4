/**
 * Reads and draws sweeps for the room, away from the page's own thread.
 *
 * @module
 */
import type { Report, Request } from "./protocol.ts"
import { showSweep } from "./show-sweep.ts"

const sqlite = new URL("../module/sql-wasm-browser.wasm", import.meta.url).href

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  showSweep(data, sqlite).then(
    (shown) => tell({ kind: "shown", shown }),
    (error: unknown) => tell({ kind: "refused", message: error instanceof Error ? error.message : String(error) })
  )
})

function tell(report: Report): void {
  postMessage(report)
}
