/**
 * What the compiler refuses of pipelines. Nothing here runs: the test of types compiles it, and a line under
 * `@ts-expect-error` that compiled would be an error.
 */
import {
  bloop,
  crMogm,
  graddrop,
  type Linearization,
  mean,
  momentum,
  trimmedMean,
  unitNorm,
  upgrad
} from "@dualcone/aggregation"
import {
  adam,
  crossEntropy,
  instanceWise,
  jd,
  logLipschitz,
  multiTask,
  type NetworkDescentOptions,
  perStep,
  regularized,
  schedules,
  sejd,
  sgd,
  sjd,
  ssjd
} from "../src/index.ts"

const run = { start: [1, 2], optimizer: sgd({ learningRate: 0.1 }), steps: 3 }
const values = () => [1, 2]
const pullback = () => [1, 2]
const jacobian = () => [
  [1, 2],
  [3, 4]
]
const gramian = () => [
  [1, 0],
  [0, 1]
]

// A Jacobian, written or made of products, serves every method.
jd({ objective: { values, jacobian }, aggregator: graddrop(), ...run })
jd({ objective: { values, pullback }, aggregator: trimmedMean({ trim: 0 }), ...run })
// A Gramian serves the methods that ask for no more.
jd({ objective: { values, pullback, gramian }, aggregator: upgrad(), ...run })
jd({ objective: { values, pullback, gramian }, aggregator: crMogm({ weighting: upgrad() }), ...run })
jd({ objective: { values, pullback, gramian }, aggregator: bloop(), ...run })

// @ts-expect-error GradDrop looks at coordinates
jd({ objective: { values, pullback, gramian }, aggregator: graddrop(), ...run })
// @ts-expect-error so does the trimmed mean
jd({ objective: { values, pullback, gramian }, aggregator: trimmedMean({ trim: 0 }), ...run })
// @ts-expect-error momentum remembers gradients
jd({ objective: { values, pullback, gramian }, aggregator: momentum({ aggregator: mean() }), ...run })
// @ts-expect-error and so does Bloop with a moving average
jd({ objective: { values, pullback, gramian }, aggregator: bloop({ average: "after" }), ...run })
// @ts-expect-error values alone are no objective
jd({ objective: { values }, aggregator: upgrad(), ...run })
// @ts-expect-error an optimizer is not a number
jd({ objective: { values, jacobian }, aggregator: upgrad(), ...run, optimizer: 0.1 })

declare const onGramian: (x: Float64Array) => Linearization<Float64Array>
sjd({ draw: onGramian, aggregator: unitNorm({ weighting: upgrad() }), ...run })
// @ts-expect-error GradDrop looks at coordinates
sjd({ draw: onGramian, aggregator: graddrop(), ...run })

declare const network: Omit<NetworkDescentOptions, "objective">
ssjd({ ...network, objective: instanceWise(crossEntropy) })
sejd({ ...network, objective: multiTask({ left: crossEntropy }) })
// @ts-expect-error a batch estimates tasks: that is SEJD
ssjd({ ...network, objective: multiTask(crossEntropy) })
// @ts-expect-error a batch gives rows of examples exactly: that is SSJD
sejd({ ...network, objective: instanceWise(crossEntropy) })
sejd({ ...network, objective: regularized(crossEntropy, logLipschitz()) })
// @ts-expect-error a batch estimates the mean loss: that is SEJD
ssjd({ ...network, objective: regularized(crossEntropy, logLipschitz()) })
// @ts-expect-error a loss without regularizers is no pair of objectives
regularized(crossEntropy)
// @ts-expect-error no such loss
perStep("hinge")

adam({ learningRate: schedules.inverseSqrt({ initial: 0.1 }) })
// @ts-expect-error AdamW's name for it is weightDecay
adam({ decay: 0.1 })
// @ts-expect-error SGD has no default learning rate
sgd({})
