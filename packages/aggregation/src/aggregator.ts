/**
 * The specifications of all methods, as types: plain data whose `name` tells the method.
 *
 * The compiler keeps methods apart by what they ask for, so that a method that needs coordinates is refused where only
 * the Gramian can be had.
 *
 * @module
 */
import type { AlignedMTL } from "./methods/aligned-mtl.ts"
import type { CAGrad } from "./methods/cagrad.ts"
import type { ConFIG } from "./methods/config.ts"
import type { Constant } from "./methods/constant.ts"
import type { DBMTL } from "./methods/db-mtl.ts"
import type { DualProj } from "./methods/dualproj.ts"
import type { ExcessMTL } from "./methods/excess-mtl.ts"
import type { FairGrad } from "./methods/fairgrad.ts"
import type { GradDrop } from "./methods/graddrop.ts"
import type { GradVac } from "./methods/gradvac.ts"
import type { IMTLG } from "./methods/imtl-g.ts"
import type { Krum } from "./methods/krum.ts"
import type { Mean } from "./methods/mean.ts"
import type { MGDA } from "./methods/mgda.ts"
import type { MoDo } from "./methods/modo.ts"
import type { NashMTL } from "./methods/nash-mtl.ts"
import type { PCD } from "./methods/pcd.ts"
import type { PCGrad } from "./methods/pcgrad.ts"
import type { RGW } from "./methods/rgw.ts"
import type { SDMGrad } from "./methods/sdmgrad.ts"
import type { Sum } from "./methods/sum.ts"
import type { TrimmedMean } from "./methods/trimmed-mean.ts"
import type { UPGrad } from "./methods/upgrad.ts"
import type { AGEM } from "./priority/a-gem.ts"
import type { BloopAveraged, BloopNow } from "./priority/bloop.ts"
import type { Cosine } from "./priority/cosine.ts"
import type { DynamicBarrier } from "./priority/dynamic-barrier.ts"
import type { MetaBalance } from "./priority/meta-balance.ts"
import type { Mixed } from "./priority/mixed.ts"
import type { MTLMOO } from "./priority/mtl-moo.ts"
import type { PriorityGradVac } from "./priority/priority-gradvac.ts"
import type { PriorityPCGrad } from "./priority/priority-pcgrad.ts"
import type { COSMOS } from "./scalarizations/cosmos.ts"
import type { DWA } from "./scalarizations/dwa.ts"
import type { FAMO } from "./scalarizations/famo.ts"
import type { GeometricMean } from "./scalarizations/geometric-mean.ts"
import type { IMTLL } from "./scalarizations/imtl-l.ts"
import type { PBI } from "./scalarizations/pbi.ts"
import type { STCH } from "./scalarizations/stch.ts"
import type { Tchebycheff } from "./scalarizations/tchebycheff.ts"
import type { UW } from "./scalarizations/uw.ts"
import type { CrMogm } from "./wrappers/cr-mogm.ts"
import type { GradientAndMomentum } from "./wrappers/gradient-and-momentum.ts"
import type { Grouped } from "./wrappers/grouped.ts"
import type { LossScaled } from "./wrappers/loss-scaled.ts"
import type { Momentum } from "./wrappers/momentum.ts"
import type { UnitNorm } from "./wrappers/unit-norm.ts"

/** Methods whose weights need at most the Gramian and the values of the objectives. */
export type GramianAggregator =
  | UPGrad
  | Mean
  | MGDA
  | DualProj
  | PCGrad
  | IMTLG
  | CAGrad
  | RGW
  | NashMTL
  | AlignedMTL
  | Sum
  | Constant
  | ConFIG
  | FairGrad
  | GradVac
  | Krum
  | MoDo
  | SDMGrad
  | PCD
  | BloopNow
  | Mixed
  | AGEM
  | DynamicBarrier
  | MTLMOO
  | Cosine
  | PriorityGradVac
  | PriorityPCGrad
  | MetaBalance
  | GeometricMean
  | UW
  | IMTLL
  | DWA
  | Tchebycheff
  | STCH
  | PBI
  | COSMOS
  | FAMO
  | CrMogm
  | UnitNorm
  | LossScaled

/** Methods that need the Jacobian itself: its coordinates, or the gradients of earlier calls. */
export type JacobianAggregator =
  | GradDrop
  | TrimmedMean
  | ExcessMTL
  | DBMTL
  | BloopAveraged
  | Grouped
  | Momentum
  | GradientAndMomentum

/** The specification of a method; `name` tells which. */
export type Aggregator = GramianAggregator | JacobianAggregator
