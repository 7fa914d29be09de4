/**
 * The problems of the suite, by name: a problem is one file in `problems` and a line here.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { ConflictProblem } from "./problem.ts"
import { accuracyAndLipschitz, accuracyAndSparsity } from "./problems/accuracy-and.ts"
import { bilinearGame } from "./problems/bilinear-game.ts"
import { bilevelQuadratics, smallestBilevel } from "./problems/bloop.ts"
import { burgersEquation } from "./problems/burgers.ts"
import { canyons, canyonsHundredth, canyonsTenth } from "./problems/cagrad-toy.ts"
import { classImbalance } from "./problems/class-imbalance.ts"
import { clients, pastTasks } from "./problems/clients.ts"
import { scaledMinima, tenMinima, threeMinima } from "./problems/common-hessian.ts"
import { crossedValleys, flatValleys, manyValleys, unlikeScales, wideAngle } from "./problems/cqf.ts"
import { dtlz1, dtlz2 } from "./problems/dtlz.ts"
import { everyStep } from "./problems/every-step.ts"
import { elementWise, elementWiseMany } from "./problems/ewq.ts"
import { cleanInstances, noisyLabels, outlyingExamples } from "./problems/instances.ts"
import { loudNoise, quietNoise, twoCoins } from "./problems/noise.ts"
import { opposed } from "./problems/opposed.ts"
import { opposedTasks } from "./problems/opposed-tasks.ts"
import { apartPairs, fashionPairs, overlappingPairs } from "./problems/pairs.ts"
import { regressionAlike, regressionExtreme, regressionUnlike } from "./problems/regression-scales.ts"
import { vlmop1Problem, vlmop2Problem, vlmop2Six, vlmop3Problem } from "./problems/vlmop.ts"
import { zdt1Problem, zdt2Problem, zdt3Problem } from "./problems/zdt.ts"

/** All problems, analytic ones first. */
export const conflictProblems: readonly ConflictProblem[] = [
  elementWise,
  elementWiseMany,
  crossedValleys,
  manyValleys,
  flatValleys,
  wideAngle,
  unlikeScales,
  threeMinima,
  tenMinima,
  scaledMinima,
  regressionAlike,
  regressionUnlike,
  regressionExtreme,
  twoCoins,
  loudNoise,
  quietNoise,
  canyons,
  canyonsTenth,
  canyonsHundredth,
  vlmop1Problem,
  vlmop2Problem,
  vlmop2Six,
  vlmop3Problem,
  zdt1Problem,
  zdt2Problem,
  zdt3Problem,
  dtlz1,
  dtlz2,
  opposed,
  bilinearGame,
  smallestBilevel,
  bilevelQuadratics,
  cleanInstances,
  noisyLabels,
  outlyingExamples,
  classImbalance,
  apartPairs,
  overlappingPairs,
  fashionPairs,
  opposedTasks,
  clients,
  pastTasks,
  everyStep,
  accuracyAndLipschitz,
  accuracyAndSparsity,
  burgersEquation
]

/**
 * One problem.
 *
 * @throws {InputError} for a name that is not known
 */
export function conflictProblem(name: string, place = "problem"): ConflictProblem {
  const found = conflictProblems.find((problem) => problem.name === name)
  if (found !== undefined) return found
  const rule = `known problems are ${conflictProblems.map((problem) => problem.name).join(", ")}`
  throw new InputError({ rule, place, value: name })
}
