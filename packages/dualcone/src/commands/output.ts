/**
 * Results on stdout, remarks on stderr.
 *
 * @module
 */
import * as Effect from "effect/Effect"

/** Writes a text to stdout and waits until it is out, so that leaving the process cuts nothing off. */
export function print(text: string): Effect.Effect<void> {
  return Effect.callback<void>((resume) => {
    const { stdout } = process
    // A reader that closes its end early (`| head`) has had enough: no error.
    const done = () => {
      stdout.off("error", done)
      resume(Effect.void)
    }
    stdout.once("error", done)
    stdout.write(text, done)
  })
}

/** Prints one JSON document. Numbers keep full precision; typed arrays become lists; NaN and ±Infinity become null. */
export function printJson(value: unknown): Effect.Effect<void> {
  return print(`${JSON.stringify(value, plain)}\n`)
}

/** {@link printJson}, indented, for people. */
export function printIndentedJson(value: unknown): Effect.Effect<void> {
  return print(`${JSON.stringify(value, plain, 2)}\n`)
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Float64Array || value instanceof Float32Array ? Array.from(value) : value
}

/** A remark on stderr, one line. */
export function remark(text: string): Effect.Effect<void> {
  return Effect.sync(() => {
    process.stderr.write(`dualcone: ${text}\n`)
  })
}
