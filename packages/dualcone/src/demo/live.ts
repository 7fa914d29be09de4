/**
 * The demo while it runs: both curves redrawn on a terminal, a line an epoch elsewhere. All on stderr.
 *
 * @module
 */
import { smoothed } from "@dualcone/descent"
import * as Effect from "effect/Effect"
import { type TerminalCurve, terminalChart } from "./chart.ts"

/** One method in the race. */
export interface Racer {
  readonly method: "upgrad" | "mean"
  readonly label: string
  readonly losses: number[]
}

/** The running display. */
export interface Live {
  /** Draws the state, unless it was drawn a moment ago. */
  draw(racers: readonly Racer[], conflictShare: number | null): Effect.Effect<void>
  /** Draws the last state. */
  finish(racers: readonly Racer[], conflictShare: number | null): Effect.Effect<void>
}

/** What the display needs to know beforehand. */
export interface LiveOptions {
  readonly iterations: number
  readonly iterationsPerEpoch: number
}

const FRAME_MILLISECONDS = 100
const HIDE_CURSOR = "\u001b[?25l"
const SHOW_CURSOR = "\u001b[?25h"
const COLOURS = { upgrad: "\u001b[32m", mean: "\u001b[90m" } as const

/** A display for the scope; the terminal's cursor comes back at its end. */
export const openLive = Effect.fnUntraced(function* (options: LiveOptions) {
  const { stderr } = process
  if (stderr.isTTY !== true) return plainLive(options)
  yield* Effect.acquireRelease(
    Effect.sync(() => stderr.write(HIDE_CURSOR)),
    () => Effect.sync(() => stderr.write(SHOW_CURSOR))
  )
  const started = performance.now()
  let drawnAt = 0
  let drawnLines = 0
  const paint = (racers: readonly Racer[], conflictShare: number | null) => {
    const lines = frame(racers, conflictShare, options, performance.now() - started)
    const up = drawnLines === 0 ? "" : `\u001b[${drawnLines}A`
    stderr.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join("")}`)
    drawnLines = lines.length
    drawnAt = performance.now()
  }
  const live: Live = {
    draw: (racers, share) =>
      Effect.sync(() => {
        if (performance.now() - drawnAt >= FRAME_MILLISECONDS) paint(racers, share)
      }),
    finish: (racers, share) => Effect.sync(() => paint(racers, share))
  }
  return live
})

function frame(
  racers: readonly Racer[],
  conflictShare: number | null,
  { iterations, iterationsPerEpoch }: LiveOptions,
  elapsed: number
): string[] {
  const coloured = process.env.NO_COLOR === undefined || process.env.NO_COLOR === ""
  const columns = Math.min(110, Math.max(40, (process.stderr.columns ?? 80) - 1))
  const rows = Math.min(16, Math.max(8, (process.stderr.rows ?? 24) - 8))
  const curves = racers.map(({ method, label, losses }): TerminalCurve => {
    const mean = smoothed(losses, 0.2)
    const last = mean.at(-1)
    const colour = coloured ? COLOURS[method] : ""
    const shown = last === undefined ? label : `${label} ${last.toFixed(3)}`
    return { label: shown, colour, dashed: method === "mean", values: mean }
  })
  const done = Math.min(...racers.map(({ losses }) => losses.length))
  const share = done / iterations
  const left = share > 0 ? Math.ceil((elapsed / share - elapsed) / 1000) : 0
  const bar = "█".repeat(Math.round(share * 24)).padEnd(24, "░")
  const epoch = Math.min(Math.ceil(iterations / iterationsPerEpoch), Math.floor(done / iterationsPerEpoch) + 1)
  const conflict =
    conflictShare === null ? "" : `   ${Math.round(conflictShare * 100)} % of pairs conflict in this batch`
  return [
    ...terminalChart(curves, { width: columns, height: rows, length: iterations, top: 2.5 }),
    `${bar}  epoch ${epoch}   ${left} s left${conflict}`.slice(0, columns)
  ]
}

function plainLive({ iterations, iterationsPerEpoch }: LiveOptions): Live {
  let told = 0
  const draw = (racers: readonly Racer[]) =>
    Effect.sync(() => {
      const done = Math.min(...racers.map(({ losses }) => losses.length))
      const epochs = Math.ceil(iterations / iterationsPerEpoch)
      while (told < Math.floor(done / iterationsPerEpoch)) {
        const start = told * iterationsPerEpoch
        told++
        const figures = racers.map(({ label, losses }) => {
          const epoch = losses.slice(start, start + iterationsPerEpoch)
          return `${label} ${(epoch.reduce((sum, loss) => sum + loss, 0) / epoch.length).toFixed(4)}`
        })
        process.stderr.write(`epoch ${told} of ${epochs}: mean loss ${figures.join(", ")}\n`)
      }
    })
  return { draw, finish: draw }
}
