// Problems with known answers come with their paper's starts, learning rate and Pareto set. On the convex quadratic
// forms of "Jacobian Descent", Figure 4, the mean lets an objective rise on its way, MGDA stops early, UPGrad does neither.
import { loadWasm, mean, mgda, problemByName, runTrajectory, strict, upgrad } from "dualcone"

const wasm = await loadWasm()
const problem = problemByName("cqf", wasm.functions)
for (const aggregator of [mean(), mgda(), upgrad({ ridge: strict })]) {
  const runs = problem.starts.map((start) => runTrajectory(wasm, { problem, aggregator, start }))
  const distance = Math.max(...runs.map((run) => run.distance ?? Number.NaN))
  const rise = Math.max(...runs.map((run) => run.totalIncrease))
  console.log(
    `${aggregator.name}: ends at most ${distance.toFixed(3)} from the Pareto set; objectives rise by at most ${rise.toFixed(3)}`
  )
}
