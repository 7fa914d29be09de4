/**
 * The machine that a run was measured on.
 *
 * @module
 */
import { cpus, loadavg, platform } from "node:os"

/** What a figure depends on beside the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly platform: string
  /** Name and version of the JavaScript runtime. */
  readonly runtime: string
  /** Runnable processes over the last minute, before the run: above about 0.3 somebody else was working. */
  readonly load: number
}

/** This machine, now. */
export function machine(): Machine {
  const { versions } = process
  const runtime =
    versions.bun !== undefined
      ? `Bun ${versions.bun}`
      : versions.deno !== undefined
        ? `Deno ${versions.deno}`
        : `Node ${versions.node}`
  const cores = cpus()
  return {
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    platform: `${platform()} ${process.arch}`,
    runtime,
    load: loadavg()[0] ?? Number.NaN
  }
}
