import { InputError } from "@dualcone/wasm"

/**
 * Reads the bytes cut at every length, and gives the lengths that were not refused. Anything thrown but an `InputError`
 * in one line is thrown on.
 */
export async function acceptedTruncations(
  bytes: Uint8Array,
  read: (cut: Uint8Array) => unknown
): Promise<readonly number[]> {
  const accepted: number[] = []
  for (let length = 0; length < bytes.length; length++) {
    try {
      await read(bytes.slice(0, length))
      accepted.push(length)
    } catch (error) {
      if (!(error instanceof InputError) || error.message.includes("\n")) throw error
    }
  }
  return accepted
}
