/**
 * The flags that choose an aggregator: shared by `aggregate` and `inspect`.
 *
 * @module
 */
import { type Aggregator, methods, parseAggregator } from "@dualcone/aggregation"
import { attempt } from "@dualcone/descent"
import { InputError } from "@dualcone/wasm"
import { Flag } from "effect/cli"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Each method's own parameters; which of them a method knows, `parseAggregator` says. */
export const aggregatorFlags = {
  ridge: Flag.String("ridge").pipe(
    Flag.withDescription("trace:EPSILON (default trace:1e-4), diagonal:EPSILON or none"),
    Flag.optional
  ),
  preference: Flag.String("preference").pipe(
    Flag.withDescription("Positive numbers, one a row: 0.2,0.8 (default 1/m each)"),
    Flag.optional
  ),
  solver: Flag.String("solver").pipe(Flag.withDescription("pivoting (default) or clarabel"), Flag.optional),
  weights: Flag.String("weights").pipe(
    Flag.withDescription("For constant: numbers, one a row: 0.3,0.7"),
    Flag.optional
  ),
  seed: Flag.Int("seed").pipe(Flag.withDescription("For methods that draw (default 0)"), Flag.withDefault(0))
} as const

/** What the flags hold. */
export interface AggregatorChoice {
  readonly ridge: Option.Option<string>
  readonly preference: Option.Option<string>
  readonly solver: Option.Option<string>
  readonly weights: Option.Option<string>
}

/** The aggregator of a method's name and flags. */
export function chosenAggregator(method: string, choice: AggregatorChoice): Effect.Effect<Aggregator, InputError> {
  return attempt(() => {
    const known = methods.map(({ name }) => name)
    if (!known.some((name) => name === method)) {
      throw new InputError({ rule: `it must be one of ${known.join(", ")}`, place: "the method", value: method })
    }
    const numbers = (name: "preference" | "weights") =>
      Option.isNone(choice[name]) ? {} : { [name]: parseNumbers(choice[name].value, `--${name}`) }
    const text = (name: "ridge" | "solver") => (Option.isNone(choice[name]) ? {} : { [name]: choice[name].value })
    const options = { ...text("ridge"), ...numbers("preference"), ...text("solver"), ...numbers("weights") }
    return parseAggregator({ name: method, ...options }, method)
  })
}

/**
 * Numbers separated by commas.
 *
 * @throws {InputError} naming the entry that is not a number
 */
function parseNumbers(text: string, place: string): number[] {
  return text.split(",").map((entry, i) => {
    const value = Number(entry)
    if (entry.trim() !== "" && Number.isFinite(value)) return value
    throw new InputError({ rule: "it must be a finite number", place: `entry ${i + 1} of ${place}`, value: entry })
  })
}
