/**
 * ZDT3: a front in five pieces. f₁ = x₁, f₂ = g (1 - √(x₁/g) - (x₁/g) sin 10πx₁), g = 1 + 9 mean(x₂ … xₙ), in [0, 1]ⁿ.
 *
 * Pareto set: x₂ = … = xₙ = 0 and x₁ in five intervals, [0, 0.0830], [0.1822, 0.2578], [0.4093, 0.4539],
 * [0.6184, 0.6525], [0.8233, 0.8518]: where h(x) = 1 - √x - x sin 10πx falls below all that came before. Each ends at a
 * local minimum of h and begins where h reaches the previous minimum again. Source: see {@link zdt}.
 *
 * Traps: on the falling side of every wave of h the two objectives oppose each other, so that all of it is stationary,
 * also the part that points of an earlier piece dominate: descent stops there.
 *
 * @module
 */
import type { RealFunctions } from "@dualcone/wasm"
import type { Interval, Problem } from "./problem.ts"
import { bisect } from "./root.ts"
import { LEAST, type ZdtOptions, zdt } from "./zdt.ts"

const FREQUENCY = 10 * Math.PI

/** ZDT3. */
export function zdt3(functions: RealFunctions, options: ZdtOptions = {}): Problem {
  const { sin, cos } = functions
  return zdt(
    {
      name: "zdt3",
      title: "ZDT3, a front in pieces",
      second: {
        value: (a, g) => g - Math.sqrt(a * g) - a * sin(FREQUENCY * a),
        slopes: (a, g) => [
          -Math.sqrt(g / a) / 2 - sin(FREQUENCY * a) - FREQUENCY * a * cos(FREQUENCY * a),
          1 - Math.sqrt(a / g) / 2
        ]
      },
      front: pieces(functions),
      view: [-1, 9],
      learningRate: 0.002,
      steps: 5000
    },
    options
  )
}

/** The five intervals of x₁, to the last bit. */
function pieces({ sin, cos }: RealFunctions): readonly Interval[] {
  const height = (a: number) => 1 - Math.sqrt(a) - a * sin(FREQUENCY * a)
  const slope = (a: number) => -0.5 / Math.sqrt(a) - sin(FREQUENCY * a) - FREQUENCY * a * cos(FREQUENCY * a)
  const found: Interval[] = []
  let end = LEAST
  for (let k = 0; k < 5; k++) {
    // -sin 10πx is least at 0.05 + k/5 and greatest 0.1 before that; x and √x move the extrema of h by less than 0.05.
    const trough = 0.05 + k / 5
    const minimum = bisect(slope, trough, trough + 0.05)
    const level = height(end)
    const begin =
      k === 0 ? LEAST : bisect((a) => height(a) - level, bisect(slope, trough - 0.15, trough - 0.05), minimum)
    found.push([begin, minimum])
    end = minimum
  }
  return found
}
