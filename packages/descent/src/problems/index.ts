/**
 * Problems with known answers.
 *
 * @module
 */
export * from "./bloop-bias.ts"
export * from "./bloop-conditioning.ts"
export * from "./bloop-quadratics.ts"
export { clampInto } from "./box.ts"
export * from "./cagrad-toy.ts"
export { cqf, paretoPoint } from "./cqf.ts"
export { crMogm as crMogmProblem } from "./cr-mogm.ts"
export * from "./cr-mogm-gaussian.ts"
export { ewq } from "./ewq.ts"
export { fillNormal } from "./normal.ts"
export { type Curve, type ParetoSet, paretoFront, paretoSet, slowAtEnds } from "./pareto-set.ts"
export { balancedPoint, type PlaneMatrix, quadraticForm } from "./planar-forms.ts"
export type { Estimate, Interval, Outcome, Plane, Problem, Protocol, View, Window } from "./problem.ts"
export * from "./problems.ts"
export { type Vlmop2Options, vlmop2 } from "./vlmop2.ts"
export { zdt1 } from "./zdt1.ts"
export { zdt2 } from "./zdt2.ts"
export { zdt3 } from "./zdt3.ts"
