/**
 * Runs the cases of an engine, one line each, and ends with the counts:
 *
 *   bun packages/dualcone/conformance/main.ts [--engine cpu|webgpu]
 *   deno run -A packages/dualcone/conformance/main.ts [--engine cpu|webgpu]
 *
 * Both print the same text, and so does `chromium.ts` for a page. Exit code 1 when a case failed, 2 for wrong usage.
 *
 * @module
 */
import { readFile } from "node:fs/promises"
import { runCases } from "./cases.ts"
import { engineArgument } from "./engine-argument.ts"

const engine = engineArgument(process.argv.slice(2))
const failed = await runCases(engine, (path) => readFile(new URL(`../../../${path}`, import.meta.url)), console.log)
if (failed > 0) process.exitCode = 1
