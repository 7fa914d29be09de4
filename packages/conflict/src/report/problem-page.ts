/**
 * A page a problem, as Markdown: what it is, what is known, what methods made of it.
 *
 * @module
 */
import { markdownTable } from "@dualcone/experiments"
import type { ConflictProblem, Profile } from "../problem.ts"
import type { Score } from "./scoreboard.ts"
import { problemTable } from "./tables.ts"

/** The page; `picture` is the file of its chart, null where there is none. */
export function problemPage(
  problem: ConflictProblem,
  profile: Profile,
  scores: readonly Score[],
  picture: string | null
): string {
  const { title, name, formula, source, dials, traps, answer, unitRate, optimizer, schedule, budget } = problem
  const { steps, trials } = budget[profile]
  const known = { exact: "Known exactly", "best-known": "Best known", open: "Open" }[answer.kind]
  const rate = schedule === "constant" ? "constant rate" : "rate η / √k"
  const parts = [
    `# ${title}`,
    `\`${name}\`. ${source}.`,
    `> ${formula}`,
    ...dials.map((dial) => `- **${dial.name} = ${dial.value}**: ${dial.means}`),
    `**${known}.** ${answer.how}`,
    "**Traps.**",
    ...traps.map((trap) => `- ${trap}`),
    `**Runs.** ${steps} updates by ${optimizer === "adam" ? "Adam" : "SGD"} at a ${rate}, ${trials} trials; rates within 3.5 decades of ${unitRate}.`,
    ...(picture === null ? [] : [`![${title}: excess and distance by iteration](${picture})`]),
    markdownTable(problemTable(name, scores)).trimEnd()
  ]
  // Points of one list belong together.
  return `${parts
    .map((part, i) => part + (part.startsWith("- ") && parts[i + 1]?.startsWith("- ") ? "\n" : "\n\n"))
    .join("")
    .trimEnd()}\n`
}
