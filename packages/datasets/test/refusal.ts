import { expect } from "bun:test"
import { InputError } from "@dualcone/wasm"

/** The InputError that the call fails with; anything else, success included, fails the test. */
export async function refusal(call: () => unknown): Promise<InputError> {
  let thrown: unknown
  try {
    await call()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(InputError)
  if (!(thrown instanceof InputError)) throw new Error("not refused")
  expect(thrown.message).not.toContain("\n")
  return thrown
}
