/**
 * What runs this program, and on what.
 *
 * @module
 */

/** A runtime by name and version: Bun, Deno, Node, or the browser that shows the page. */
export interface Runtime {
  readonly name: string
  readonly version: string
}

/** The machine, as far as the runtime tells. */
export interface Platform {
  readonly os: string
  /** Null in a page. */
  readonly architecture: string | null
  /** Logical processors; browsers may say fewer. */
  readonly cores: number
}

/** Patterns with the version as their group. Browsers name their ancestors too: the first that matches is the one. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Edge", /\bEdg\w*\/([\d.]+)/],
  ["Opera", /\bOPR\/([\d.]+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/([\d.]+)/],
  ["Chrome", /\b(?:HeadlessChrome|Chrome|Chromium|CriOS)\/([\d.]+)/],
  ["Safari", /\bVersion\/([\d.]+).*\bSafari\//]
]

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["android", /Android/],
  ["ios", /iPhone|iPad/],
  ["win32", /Windows/],
  ["darwin", /Macintosh/],
  ["linux", /Linux|CrOS/]
]

/** Node's way to say what it is; null in a page, where bundlers may leave an empty `process`. */
function server(): { readonly runtime: Runtime; readonly platform: Omit<Platform, "cores"> } | null {
  const { process } = globalThis
  const { bun, deno, node } = process?.versions ?? {}
  const known = [
    ["Bun", bun],
    ["Deno", deno],
    ["Node", node]
  ] as const
  for (const [name, version] of known) {
    if (version === undefined) continue
    return { runtime: { name, version }, platform: { os: process.platform, architecture: process.arch } }
  }
  return null
}

/** Whether this is a page, or a worker of one. */
export function inPage(): boolean {
  return server() === null
}

/** The runtime. */
export function runtimeHere(): Runtime {
  return server()?.runtime ?? browserOf(navigator.userAgent)
}

/** The machine. */
export function platformHere(): Platform {
  return { ...(server()?.platform ?? { os: systemOf(navigator.userAgent), architecture: null }), cores: cores() }
}

/** Node 20 has no `navigator`; asked for at run time, so that bundlers for browsers never see an import of `node:os`. */
function cores(): number {
  if (typeof navigator === "object") return navigator.hardwareConcurrency
  return globalThis.process?.getBuiltinModule?.("node:os").availableParallelism() ?? 1
}

/** The browser of a user agent; an unknown one has the whole text as its version. */
export function browserOf(userAgent: string): Runtime {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1]
    if (version !== undefined) return { name, version }
  }
  return { name: "browser", version: userAgent }
}

/** The operating system of a user agent, named as Node does. */
export function systemOf(userAgent: string): string {
  return SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "unknown"
}
