/**
 * SHA-256 of contents, so that a wrong or damaged file is an error and not a bad training run.
 */

import { InputError } from "@dualcone/wasm"

/**
 * Checks the SHA-256 (64 hexadecimal digits) of some content.
 *
 * @param place names the content in the error
 * @param owner whose checksum is expected, as in "the official Fashion-MNIST"
 * @throws InputError when the checksums differ, or when the page may not compute one (browsers allow it only on pages
 * served over https or from localhost).
 */
export async function checkSha256(bytes: Uint8Array, expected: string, place: string, owner: string): Promise<void> {
  const seen = await sha256(bytes)
  if (seen !== expected) {
    throw new InputError({ place: `the SHA-256 of ${place}`, value: seen, rule: `that of ${owner} is ${expected}` })
  }
}

/**
 * The SHA-256 of some content: 64 hexadecimal digits.
 *
 * @throws InputError when the page may not compute one (browsers allow it only on pages served over https or from
 * localhost).
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new InputError({
      place: "crypto.subtle",
      value: undefined,
      rule: "checksums need it; browsers have it on pages served over https or from localhost"
    })
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", unshared(bytes)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** The same bytes in memory that is not shared between threads: digests do not take shared memory. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = bytes
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : bytes.slice()
}
