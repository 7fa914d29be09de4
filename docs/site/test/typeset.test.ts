import { expect, test } from "bun:test"
import { typeset } from "../src/typeset.ts"

const formulas: readonly (readonly [string, string])[] = [
  ["w_i = exp(-s_i) / 2", "w<sub>i</sub> = exp(−s<sub>i</sub>) / 2"],
  ["sum_i lambda_i g_i", "∑<sub>i</sub> λ<sub>i</sub> g<sub>i</sub>"],
  ["argmin v'Gv over v >= u", "argmin v<sup>T</sup>Gv over v ≥ u"],
  ["w_i^2 = (prod L)^(1/m)", "w<sub>i</sub><sup>2</sup> = (∏ L)<sup>1/m</sup>"],
  ["g_m.g_a / |g_a|^2", "g<sub>m</sub> · g<sub>a</sub> / |g<sub>a</sub>|<sup>2</sup>"],
  ["w_(k-1) < 1 & x", "w<sub>k-1</sub> &lt; 1 &amp; x"],
  ["the sum of `selected` rows, g_i' a row", "the sum of <code>selected</code> rows, g<sub>i</sub>' a row"]
]
for (const [plain, html] of formulas) test(plain, () => expect(typeset(plain)).toBe(html))
