/**
 * Node's workers, which Bun and Deno have too: unlike those of browsers, they need not keep a process alive.
 *
 * @module
 */

/** What of `node:worker_threads` is used. */
export interface NodeWorkers {
  readonly Worker: new (
    source: string,
    options: { readonly eval: true; readonly workerData: unknown }
  ) => {
    unref(): void
    on(event: "error", listener: () => void): unknown
  }
}

/** Those of this host, asked for at run time, so that bundlers for browsers never see an import. */
export function nodeWorkers(): NodeWorkers | undefined {
  return globalThis.process?.getBuiltinModule?.("node:worker_threads")
}
