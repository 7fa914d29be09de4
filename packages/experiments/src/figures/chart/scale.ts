/**
 * From values to pixels, and the round numbers along an axis.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import type { Axis, Interval } from "./chart.ts"

/** The module's logarithm: JavaScript's differs in the last bit from runtime to runtime, and so would pictures. */
export type Logarithm = RealFunctions["log"]

/** A number along an axis. */
export interface Tick {
  readonly value: number
  readonly text: string
}

/** Maps the domain of an axis onto [0, length]; values that a logarithm does not know go to the low end. */
export function scaleOf({ scale, domain: [low, high] }: Axis, length: number, log: Logarithm): (x: number) => number {
  if (scale === "linear") return (x) => ((x - low) / (high - low)) * length
  const from = log(low)
  const span = log(high) - from
  return (x) => (x > 0 ? ((log(x) - from) / span) * length : 0)
}

/** The least interval with round ends that holds all finite values; on a logarithmic scale, all positive ones. */
export function roundDomain(values: Iterable<number>, scale: Axis["scale"]): Interval {
  let least = Number.POSITIVE_INFINITY
  let largest = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value) || (scale === "log" && value <= 0)) continue
    least = Math.min(least, value)
    largest = Math.max(largest, value)
  }
  if (least > largest) return scale === "log" ? [0.1, 1] : [0, 1]
  if (scale === "log") {
    const low = roundDown(least)
    const high = roundUp(largest)
    return low < high ? [low, high] : [low / 2, high * 2]
  }
  if (least === largest) return least === 0 ? [0, 1] : widened(least)
  const step = roundStep((largest - least) / 4)
  return [trimmed(Math.floor(least / step + 1e-9) * step), trimmed(Math.ceil(largest / step - 1e-9) * step)]
}

function widened(value: number): Interval {
  const margin = Math.abs(value) / 2
  return [trimmed(value - margin), trimmed(value + margin)]
}

/** At most `most` round numbers of an axis: on a logarithmic one powers of ten, and 2 and 5 between them where few. */
export function ticksOf({ scale, domain, ticks }: Axis, most: number): readonly Tick[] {
  const values = ticks ?? (scale === "log" ? logarithmicTicks(domain, most) : linearTicks(domain, most))
  const plain = values.every((value) => value === 0 || (Math.abs(value) >= 9e-4 && Math.abs(value) < 1e5))
  return values.map((value) => ({ value, text: plain ? plainText(value) : powerText(value) }))
}

function linearTicks([low, high]: Interval, most: number): readonly number[] {
  let step = roundStep((high - low) / most)
  const first = () => Math.ceil(low / step - 1e-9)
  const last = () => Math.floor(high / step + 1e-9)
  while (last() - first() + 1 > most) step = roundStep(step * 1.5)
  return Array.from({ length: last() - first() + 1 }, (_, i) => trimmed((first() + i) * step))
}

function logarithmicTicks([low, high]: Interval, most: number): readonly number[] {
  const within = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  const first = exponentOf(low)
  const last = exponentOf(high) + 1
  const decades = Array.from({ length: last - first + 1 }, (_, i) => powerOfTen(first + i))
  for (const mantissas of [
    [1, 2, 5],
    [1, 3]
  ]) {
    const ticks = decades.flatMap((decade) => mantissas.map((mantissa) => trimmed(mantissa * decade))).filter(within)
    if (ticks.length <= most) return ticks
  }
  const powers = decades.filter(within)
  const every = Math.ceil(powers.length / most)
  return powers.filter((_, i) => (i + first) % every === 0)
}

/** The least of 1, 2, 5 times a power of ten that is not below this. */
function roundStep(rough: number): number {
  const power = powerOfTen(exponentOf(rough))
  return trimmed(([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power)
}

function roundUp(value: number): number {
  return roundStep(value)
}

function roundDown(value: number): number {
  const power = powerOfTen(exponentOf(value))
  return trimmed(([5, 2, 1].find((factor) => factor * power <= value * (1 + 1e-9)) ?? 1) * power)
}

/** ⌊log₁₀ x⌋ of a positive number, from its decimal digits. */
function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1] ?? 0)
}

function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`)
}

/** Without the rounding errors of products. */
function trimmed(value: number): number {
  return Number(value.toPrecision(12))
}

function plainText(value: number): string {
  return String(trimmed(value)).replace("-", "−")
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

/** 10⁻⁴, or 3·10⁻⁴. */
function powerText(value: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential().split("e")
  const raised = [...exponent.replace("+", "")].map((digit) =>
    digit === "-" ? "⁻" : (SUPERSCRIPTS[Number(digit)] ?? "")
  )
  return `${mantissa === "1" ? "" : `${mantissa.replace("-", "−")}·`}10${raised.join("")}`
}
