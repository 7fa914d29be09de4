/**
 * The engine that the command line asks for.
 *
 * @module
 */
import { type ConformanceEngine, isConformanceEngine } from "./cases.ts"

/** `--engine cpu` or `--engine webgpu`; `cpu` without one. Anything else ends the process with code 2. */
export function engineArgument(args: readonly string[]): ConformanceEngine {
  const [flag, name = "", ...rest] = args
  if (flag === undefined) return "cpu"
  if (flag === "--engine" && isConformanceEngine(name) && rest.length === 0) return name
  console.error(`conformance: ${args.join(" ")} is not understood; it must be --engine cpu or --engine webgpu`)
  process.exit(2)
}
