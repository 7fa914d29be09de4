/**
 * What a visitor gave: images and labels, parameters, or something else.
 *
 * @module
 */
import type { GivenFile } from "../../ui/file-drop.tsx"
import type { IdxFiles } from "./protocol.ts"

/** What files are good for, or what is wrong with them. */
export type Sorted = { readonly files: IdxFiles } | { readonly start: GivenFile } | { readonly problem: string }

const EXPECTED = "two IDX files, images and labels, or one safetensors file of parameters"

/** Tells files apart by their first bytes; the worker, which reads them, checks the rest. */
export async function sortFiles(given: readonly GivenFile[]): Promise<Sorted> {
  const [first, second] = given
  if (first !== undefined && second === undefined && isSafetensors(first)) return { start: first }
  if (first !== undefined && second !== undefined && given.length === 2) {
    const dimensions = await Promise.all([first, second].map(idxDimensions))
    const [ofFirst = 0, ofSecond = 0] = dimensions
    if (ofFirst > 1 && ofSecond === 1) return { files: { images: first, labels: second } }
    if (ofFirst === 1 && ofSecond > 1) return { files: { images: second, labels: first } }
  }
  const names = given.map(({ name }) => name).join(", ")
  return { problem: `${names}: ${EXPECTED} are expected` }
}

/** Eight bytes of the header's length, and a JSON object. */
function isSafetensors({ bytes }: GivenFile): boolean {
  return bytes[8] === 0x7b && bytes.slice(3, 8).every((byte) => byte === 0)
}

/** The number of dimensions of an IDX array, gzipped or not; 0 for anything else. */
async function idxDimensions({ bytes }: GivenFile): Promise<number> {
  const start = bytes[0] === 0x1f && bytes[1] === 0x8b ? await inflatedStart(bytes) : bytes
  return start[0] === 0 && start[1] === 0 && start[2] === 8 ? (start[3] ?? 0) : 0
}

async function inflatedStart(bytes: Uint8Array): Promise<Uint8Array> {
  const reader = new Response(bytes.slice()).body?.pipeThrough(new DecompressionStream("gzip")).getReader()
  try {
    return (await reader?.read())?.value ?? new Uint8Array(0)
  } catch {
    return new Uint8Array(0)
  } finally {
    reader?.cancel().catch(() => {})
  }
}
