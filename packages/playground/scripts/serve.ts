/**
 * Serves a built page on this machine.
 *
 * @module
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { join, normalize } from "node:path"

/** A page that is being served. */
export interface ServedPage extends AsyncDisposable {
  /** With a slash at its end. */
  readonly address: string
}

/** With these a page, and its workers, may share memory. */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }

/** Types of what the page is made of; those that are worth compressing. */
const TYPES: Readonly<Record<string, { readonly type: string; readonly compressed: boolean }>> = {
  html: { type: "text/html; charset=utf-8", compressed: true },
  js: { type: "text/javascript; charset=utf-8", compressed: true },
  css: { type: "text/css; charset=utf-8", compressed: true },
  svg: { type: "image/svg+xml", compressed: true },
  json: { type: "application/json", compressed: true },
  wasm: { type: "application/wasm", compressed: true },
  bin: { type: "application/octet-stream", compressed: false }
}

/** Options of {@link servePage}. */
export interface ServeOptions {
  /** The folder that `build` filled. */
  readonly folder: string
  /** 0 for any that is free. */
  readonly port: number
  /** The folder of the address below which the page lies. Default: none. */
  readonly below?: string
}

/** Serves a folder on 127.0.0.1, compressed and isolated from other origins. */
export function servePage({ folder, port, below = "" }: ServeOptions): ServedPage {
  const compressed = new Map<string, Uint8Array<ArrayBuffer>>()
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch(request) {
      const path = decodeURIComponent(new URL(request.url).pathname)
      const prefix = `/${below}`
      const file = path.startsWith(prefix) ? fileAt(folder, path.slice(prefix.length)) : undefined
      if (file === undefined) return new Response(`there is no ${path}`, { status: 404 })
      const kind = TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? {
        type: "application/octet-stream",
        compressed: false
      }
      const headers = { ...ISOLATED, "content-type": kind.type, "cache-control": "no-cache" }
      if (!kind.compressed || !(request.headers.get("accept-encoding") ?? "").includes("gzip")) {
        return new Response(Bun.file(file), { headers })
      }
      const body = compressed.get(file) ?? Bun.gzipSync(readFileSync(file), { level: 9 })
      compressed.set(file, body)
      return new Response(body, { headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" } })
    }
  })
  return {
    address: `http://127.0.0.1:${server.port}/${below}`,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
    }
  }
}

/** The file of a path below a folder; the page itself for the path of a folder. */
function fileAt(folder: string, path: string): string | undefined {
  const file = join(folder, normalize(`/${path}`))
  const found = existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file
  return existsSync(found) ? found : undefined
}
