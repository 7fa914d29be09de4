/**
 * Every case, by the engine that it needs.
 *
 * @module
 */
import { aggregateCases } from "./aggregate-cases.ts"
import type { ConformanceCase } from "./case.ts"
import { datasetCases } from "./dataset-cases.ts"
import { diagnosisCases, webGpuDiagnosisCases } from "./diagnosis-cases.ts"
import { cpuEngineCases, webGpuEngineCases } from "./engine-cases.ts"
import { fileCases } from "./file-cases.ts"
import type { ReadFile } from "./files.ts"
import { goldenCases } from "./golden-cases.ts"
import { methodCases } from "./method-cases.ts"
import { pipelineCases } from "./pipeline-cases.ts"
import { threadCases } from "./thread-cases.ts"
import { trainingCases } from "./training-cases.ts"

/** Engines with cases of their own; those of `webgpu` need an adapter. */
export type ConformanceEngine = "cpu" | "webgpu"

const cases: Readonly<Record<ConformanceEngine, readonly ConformanceCase[]>> = {
  cpu: [
    ...[...aggregateCases, ...methodCases, ...fileCases, ...datasetCases, ...pipelineCases, ...trainingCases],
    ...[...cpuEngineCases, ...goldenCases("cpu"), ...diagnosisCases, ...threadCases]
  ],
  webgpu: [...webGpuDiagnosisCases, ...webGpuEngineCases, ...goldenCases("webgpu")]
}

/** An engine by its name. */
export function isConformanceEngine(name: string): name is ConformanceEngine {
  return Object.hasOwn(cases, name)
}

/** Runs every case of an engine, a line each, and ends with the counts. Returns the number of failures. */
export async function runCases(
  engine: ConformanceEngine,
  readFile: ReadFile,
  print: (line: string) => void
): Promise<number> {
  let failed = 0
  for (const { name, run } of cases[engine]) {
    try {
      const line = await run(readFile)
      print(`ok      ${name}${line === undefined ? "" : `  ${line}`}`)
    } catch (error) {
      failed++
      print(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  print(`${cases[engine].length - failed} passed, ${failed} failed`)
  return failed
}
