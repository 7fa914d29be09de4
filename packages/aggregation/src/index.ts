/**
 * Aggregators of Jacobian descent: a weighting maps a Gramian to weights and a certificate, an aggregator maps a
 * linearization to a direction.
 *
 * @module
 */
export * from "./aggregate.ts"
export type { Aggregator, GramianAggregator, JacobianAggregator } from "./aggregator.ts"
export * from "./certificate.ts"
export type { Combination, Combined, Size } from "./combination.ts"
export * from "./conflicts.ts"
export {
  type CombinedLosses,
  type ForeignModel,
  type ForeignStep,
  type ForeignSteps,
  foreignSteps
} from "./foreign-steps.ts"
export { type Generator, generator, shuffle } from "./generator.ts"
export * from "./gramian.ts"
export { type IndependentSamples, independentSamples } from "./independent-samples.ts"
export * from "./jacobian.ts"
export * from "./linearization.ts"
export { meanOfRows, type RowGroups, shards } from "./merge-rows.ts"
export type { Asks, Method, MethodFacts, MethodPlan, Parameter, Properties, Scalarization } from "./method.ts"
export { type AlignedMTL, type AlignedMTLOptions, alignedMtl } from "./methods/aligned-mtl.ts"
export { type CAGrad, type CAGradOptions, cagrad } from "./methods/cagrad.ts"
export { type ConFIG, type ConFIGOptions, config } from "./methods/config.ts"
export { type Constant, constant } from "./methods/constant.ts"
export { type DBMTL, type DBMTLOptions, dbMtl } from "./methods/db-mtl.ts"
export type { DualConeOptions, DualConeSettings, Solver } from "./methods/dual-cone.ts"
export { type DualProj, dualproj } from "./methods/dualproj.ts"
export { type ExcessMTL, type ExcessMTLOptions, excessMtl } from "./methods/excess-mtl.ts"
export { type FairGrad, type FairGradOptions, fairgrad } from "./methods/fairgrad.ts"
export { type GradDrop, type GradDropOptions, graddrop } from "./methods/graddrop.ts"
export { type GradVac, type GradVacOptions, gradvac } from "./methods/gradvac.ts"
export { type IMTLG, type IMTLGOptions, imtlG } from "./methods/imtl-g.ts"
export { type Krum, type KrumOptions, krum } from "./methods/krum.ts"
export { type Mean, mean } from "./methods/mean.ts"
export { type MGDA, type MGDAOptions, mgda } from "./methods/mgda.ts"
export { type MoDo, type MoDoOptions, modo } from "./methods/modo.ts"
export { type NashMTL, type NashMTLOptions, nashMtl } from "./methods/nash-mtl.ts"
export { type PCD, type PCDOptions, pcd } from "./methods/pcd.ts"
export { type PCGrad, type PCGradOptions, pcgrad } from "./methods/pcgrad.ts"
export { type RGW, type RGWOptions, rgw } from "./methods/rgw.ts"
export { type SDMGrad, type SDMGradOptions, sdmgrad } from "./methods/sdmgrad.ts"
export { type Sum, sum } from "./methods/sum.ts"
export { type TrimmedMean, type TrimmedMeanOptions, trimmedMean } from "./methods/trimmed-mean.ts"
export { type UPGrad, upgrad } from "./methods/upgrad.ts"
export {
  knownWeights,
  methods,
  needsJacobian,
  parseAggregator,
  parseGramianAggregator,
  planMethod,
  weighting
} from "./methods.ts"
export { power } from "./power.ts"
export { type AGEM, aGem } from "./priority/a-gem.ts"
export {
  type Bloop,
  type BloopAveraged,
  type BloopAveragedOptions,
  type BloopNow,
  type BloopNowOptions,
  bloop
} from "./priority/bloop.ts"
export { type Cosine, cosine } from "./priority/cosine.ts"
export { type DynamicBarrier, dynamicBarrier } from "./priority/dynamic-barrier.ts"
export type { Lambda } from "./priority/lambda.ts"
export { type MetaBalance, type MetaBalanceOptions, metaBalance } from "./priority/meta-balance.ts"
export { type Mixed, mixed } from "./priority/mixed.ts"
export { type MTLMOO, mtlMoo } from "./priority/mtl-moo.ts"
export { type PriorityGradVac, priorityGradvac } from "./priority/priority-gradvac.ts"
export { type PriorityPCGrad, priorityPcgrad } from "./priority/priority-pcgrad.ts"
export { type Draws, drawsOf } from "./random.ts"
export * from "./ridge.ts"
export { writeGramian, writePullback } from "./row-products.ts"
export { type COSMOS, type COSMOSOptions, cosmos } from "./scalarizations/cosmos.ts"
export { type DWA, type DWAOptions, dwa } from "./scalarizations/dwa.ts"
export { type FAMO, type FAMOOptions, famo } from "./scalarizations/famo.ts"
export { type GeometricMean, geometricMean } from "./scalarizations/geometric-mean.ts"
export { type IMTLL, type IMTLLOptions, imtlL } from "./scalarizations/imtl-l.ts"
export { type PBI, type PBIOptions, pbi } from "./scalarizations/pbi.ts"
export { type STCH, type STCHOptions, stch } from "./scalarizations/stch.ts"
export { type Tchebycheff, type TchebycheffOptions, tchebycheff } from "./scalarizations/tchebycheff.ts"
export { type UW, type UWOptions, uw } from "./scalarizations/uw.ts"
export * from "./similarity.ts"
export { restoreState, type State, saveState } from "./state.ts"
export { MOST_OBJECTIVES, type Weighed, type Weighting } from "./weighting.ts"
export { type CrMogm, type CrMogmOptions, crMogm, type Smoothing } from "./wrappers/cr-mogm.ts"
export {
  type GradientAndMomentum,
  type GradientAndMomentumOptions,
  gradientAndMomentum
} from "./wrappers/gradient-and-momentum.ts"
export { type Grouped, type GroupedOptions, grouped } from "./wrappers/grouped.ts"
export { type LossScaled, type LossScaledOptions, lossScaled } from "./wrappers/loss-scaled.ts"
export { type Momentum, type MomentumOptions, momentum } from "./wrappers/momentum.ts"
export { type UnitNorm, type UnitNormOptions, unitNorm } from "./wrappers/unit-norm.ts"
