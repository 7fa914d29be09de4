/**
 * Programs for a page.
 *
 * @module
 */
import { fileURLToPath } from "node:url"
import type { Answer } from "./visit.ts"

/** The bundle of a program for browsers. */
export async function bundled(entry: URL): Promise<Answer> {
  const { outputs } = await Bun.build({ entrypoints: [fileURLToPath(entry)], target: "browser" })
  const [program, ...others] = outputs
  if (program === undefined || others.length > 0) throw new Error(`${entry} makes ${outputs.length} files`)
  return { type: "text/javascript", content: await program.text() }
}
