/**
 * Where bytes come from: a path, an address, or memory.
 */

import { InputError } from "@dualcone/wasm"

/** A path (Bun, Deno, Node), a URL (`file:` in these, `http:`, `https:`, `data:`, `blob:` wherever `fetch` is), or the bytes. */
export type Source = string | URL | Uint8Array

/** The most bytes read from one file. */
const LARGEST_FILE = 2 ** 30

/** How errors name the source. */
export function sourceName(source: Source, fallback: string): string {
  return source instanceof Uint8Array ? fallback : String(source)
}

/**
 * The bytes, or `undefined` when nothing is there.
 *
 * @throws InputError when the source is there but cannot be read, or holds more than a gibibyte.
 */
export async function readSource(source: Source): Promise<Uint8Array | undefined> {
  if (source instanceof Uint8Array) return source
  if (source instanceof URL && source.protocol !== "file:") return readAddress(source)
  return readFileAt(source)
}

async function readFileAt(path: string | URL): Promise<Uint8Array | undefined> {
  // Asked for at run time, so that bundlers for browsers never see an import of `node:fs/promises`.
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises")
  if (files === undefined) {
    throw new InputError({ place: "the file", value: String(path), rule: "a browser reads URLs or bytes, not paths" })
  }
  try {
    const { size, isFile } = await files.stat(path).then((status) => ({ size: status.size, isFile: status.isFile() }))
    if (!isFile) throw new InputError({ place: String(path), value: "a folder or device", rule: "it must be a file" })
    if (size > LARGEST_FILE) {
      throw new InputError({ place: `the length of ${path}`, value: size, rule: `it must be at most ${LARGEST_FILE}` })
    }
    return await files.readFile(path)
  } catch (cause) {
    if (cause instanceof InputError) throw cause
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) {
      return undefined
    }
    throw new InputError({ place: String(path), value: cause, rule: "the file must be readable" })
  }
}

async function readAddress(address: URL): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(address)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    if (response.status === 404) return undefined
    throw new InputError({
      place: `the answer of ${address}`,
      value: `${response.status} ${response.statusText}`,
      rule: "it must be the file"
    })
  } catch (cause) {
    if (cause instanceof InputError) throw cause
    throw new InputError({ place: String(address), value: cause, rule: "the address must be readable" })
  }
}
