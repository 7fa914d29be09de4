/**
 * A short fingerprint to tell inputs apart; not for security.
 *
 * @module
 */

/** FNV-1a, 32 bits, over the bytes of some arrays, as eight hexadecimal digits. */
export function fnv1a(arrays: Iterable<ArrayBufferView>): string {
  let hash = 0x811c9dc5
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength)
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, "0")
}
