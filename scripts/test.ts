/**
 * The whole test suite, or the parts that are named.
 *
 *   bun run test [PART …]
 *
 * Parts: format, types, unit, conformance, webgpu, playground, rust; and package, which runs only when it is named. A part
 * whose tool is missing is left out aloud; where `CI` is set that is a failure, and so is a test that its runner skipped.
 * What failed is told once more at the end. The last line is `N passed, N failed`; the exit code is 1 when anything
 * failed, 2 for an unknown part.
 *
 * @module
 */
import { type Part, parts } from "./test/parts.ts"

const strict = !["", "0", "false"].includes(process.env.CI ?? "")
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** The parts that the arguments name; all that are not on request when there are none. */
function chosen(names: readonly string[]): readonly Part[] {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name))
  if (unknown.length > 0) {
    console.error(`test: unknown part ${unknown.join(", ")}; known are ${parts.map(({ name }) => name).join(", ")}`)
    process.exit(2)
  }
  return names.length === 0
    ? parts.filter(({ onRequest }) => !onRequest)
    : parts.filter(({ name }) => names.includes(name))
}

const summary: string[] = []
const failures: string[] = []
let passed = 0
let failed = 0
for (const part of chosen(process.argv.slice(2))) {
  console.log(`\n━━ ${part.title}\n`)
  const started = performance.now()
  const outcome = await part.run()
  if ("missing" in outcome) {
    if (strict) failed++
    const consequence = strict ? "FAILED, because CI is set" : "SKIPPED"
    summary.push(`${part.name.padEnd(12)} ${consequence}: ${outcome.missing} is not installed`)
    if (strict) failures.push(`[${part.name}] ${outcome.missing} is not installed`)
  } else {
    passed += outcome.passed
    failures.push(...outcome.failures.map((text) => `[${part.name}] ${text}`))
    failed += outcome.failed + (strict ? outcome.skipped : 0)
    const skipped =
      outcome.skipped === 0 ? "" : `, ${outcome.skipped} SKIPPED${strict ? ": failed, because CI is set" : ""}`
    summary.push(
      `${part.name.padEnd(12)} ${outcome.passed} passed, ${outcome.failed} failed${skipped} in ${seconds(started)}`
    )
  }
  console.log(`\n${summary.at(-1)}`)
}

if (failures.length > 0) console.log(`\n━━ Failed\n\n${failures.join("\n\n")}`)
console.log(`\n━━ Summary\n\n${summary.join("\n")}\n`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
