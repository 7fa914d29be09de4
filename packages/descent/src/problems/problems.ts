/**
 * All problems with known answers, by name.
 *
 * @module
 */
import { InputError, type RealFunctions } from "@dualcone/wasm"
import { bloopBias } from "./bloop-bias.ts"
import { bloopConditioning } from "./bloop-conditioning.ts"
import { bloopQuadratics } from "./bloop-quadratics.ts"
import { cagradToy } from "./cagrad-toy.ts"
import { cqf } from "./cqf.ts"
import { crMogm } from "./cr-mogm.ts"
import { crMogmGaussian } from "./cr-mogm-gaussian.ts"
import { ewq } from "./ewq.ts"
import type { Problem } from "./problem.ts"
import { vlmop2 } from "./vlmop2.ts"
import { zdt1 } from "./zdt1.ts"
import { zdt2 } from "./zdt2.ts"
import { zdt3 } from "./zdt3.ts"

/** Options that problems of main and auxiliary objectives share with the methods for them. */
export interface ProblemOptions {
  /** λ, the weight of the auxiliary objective. Default: the problem's own. */
  readonly lambda?: number
}

const makers = {
  ewq: () => ewq,
  cqf: () => cqf,
  "cr-mogm": () => crMogm,
  "cr-mogm-gaussian": (functions: RealFunctions) => crMogmGaussian(functions),
  "bloop-conditioning": (_: RealFunctions, { lambda }: ProblemOptions) =>
    bloopConditioning(lambda === undefined ? {} : { lambda }),
  "bloop-bias": (functions: RealFunctions) => bloopBias(functions),
  "bloop-quadratics": (functions: RealFunctions) => bloopQuadratics(functions),
  "cagrad-toy": (functions: RealFunctions) => cagradToy(functions),
  vlmop2: (functions: RealFunctions) => vlmop2(functions),
  zdt1: () => zdt1(),
  zdt2: () => zdt2(),
  zdt3: (functions: RealFunctions) => zdt3(functions)
} satisfies Record<string, (functions: RealFunctions, options: ProblemOptions) => Problem>

/** The name of a problem. */
export type ProblemName = keyof typeof makers

/** All names, those of the paper's own figures first. */
export const problemNames: readonly ProblemName[] = Object.keys(makers).filter(isProblemName)

/** Whether this is the name of a problem. */
export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(makers, name)
}

/** Every problem with its default options. */
export function problems(functions: RealFunctions): readonly Problem[] {
  return problemNames.map((name) => makers[name](functions, {}))
}

/**
 * One problem.
 *
 * @throws {InputError} for a name that is not known, and for an option that breaks its rule
 */
export function problemByName(name: string, functions: RealFunctions, options: ProblemOptions = {}): Problem {
  if (isProblemName(name)) return makers[name](functions, options)
  throw new InputError({ rule: `known problems are ${problemNames.join(", ")}`, place: "problem", value: name })
}
