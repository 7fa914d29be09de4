/**
 * The inks of the project's palette as tokens of the page's style.
 *
 * @module
 */
import { inks, meanings } from "@dualcone/descent"

/** A rule with a token for each ink and each meaning, for light and dark grounds. */
export function inkTokens(): string {
  const tokens = [
    ...(["ground", "text", "title", "axis"] as const).map((name) => [name, inks.light[name], inks.dark[name]] as const),
    ...(["conflict", "agreement", "safe"] as const).map(
      (name) => [name, meanings[name].light, meanings[name].dark] as const
    )
  ]
  return `:root{${tokens.map(([name, light, dark]) => `--${name}:light-dark(${light},${dark})`).join(";")}}\n`
}
