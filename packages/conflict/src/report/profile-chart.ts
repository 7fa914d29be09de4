/**
 * The performance profile as a chart: the share of problems by the factor of the best.
 *
 * @module
 */
import { type Axis, type Chart, line, type Panel } from "@dualcone/experiments"
import { type ProfileLine, shareWithin } from "../score/performance-profile.ts"
import { methodGroups, styleOf } from "./lines.ts"
import { type Measure, profileBy, type Scoreboard } from "./scoreboard.ts"
import { measureTitles } from "./tables.ts"

/** The largest factor that is shown. */
const MOST = 10

/** One row of panels for each measure: worst, mean, distance. */
export function profileChart(scoreboard: Scoreboard): Chart {
  const groups = methodGroups(scoreboard.methods)
  const shown: readonly Measure[] = (["worst", "mean", "distance"] as const).filter(
    (measure) => profileBy(scoreboard, measure).length > 0
  )
  const x: Axis = {
    label: "Factor of the best method's area",
    scale: "log",
    domain: [1, MOST],
    ticks: [1, 2, 3, 5, 10]
  }
  const panels = shown.flatMap((measure, row): readonly Panel[] => {
    const lines = profileBy(scoreboard, measure)
    const problems = Math.max(...lines.map((one) => one.problems))
    const y: Axis = {
      label: `Share of ${problems} problems,\n${measureTitles[measure]}`,
      scale: "linear",
      domain: [0, 1],
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1]
    }
    return groups.map(({ heading, methods }) => ({
      heading: row === 0 ? heading : "",
      height: 290,
      x,
      y,
      series: methods.flatMap((method, place) => {
        const found = lines.find((one) => one.method === method)
        if (found === undefined) return []
        const style = styleOf(method, place)
        const label = found.problems < problems ? `${style.label} (${found.problems})` : style.label
        return [line({ ...style, label, ...stairs(found) })]
      })
    }))
  })
  return {
    id: "performance-profile",
    title: "Performance profiles of the conflict suite",
    remarks: [
      `How many problems a method solves with at most so many times the area of the best method on each, ${scoreboard.profile} profile, every method at its own best learning rate. At 1 stand the shares on which it is the best; the higher, the better. Areas closer than a thousandth of the start's excess count as alike; numbers in brackets are of problems, where a method applies to fewer.`
    ],
    source: "Dolan and Moré, Benchmarking optimization software with performance profiles (Math. Program. 91, 2002)",
    columns: Math.min(3, groups.length),
    panels
  }
}

/** The corners of the step function up to {@link MOST}. */
function stairs(profile: ProfileLine): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const x = [1]
  const y = [shareWithin(profile, 1)]
  for (const ratio of new Set(profile.ratios)) {
    if (ratio <= 1 || ratio > MOST) continue
    x.push(ratio, ratio)
    y.push(y.at(-1) ?? 0, shareWithin(profile, ratio))
  }
  x.push(MOST)
  y.push(y.at(-1) ?? 0)
  return { x, y }
}
