import { fashionMnist, digits } from "@dualcone/datasets"
import * as Effect from "effect/Effect"
import { bloopLipschitz } from "./src/index.ts"
const small = process.argv[2] === "digits"
const folder = "/usr/share/datasets/fashion-mnist"
const n = Number(process.argv[3] ?? 60000)
const train = small ? await digits({ examples: n }) : await fashionMnist({ folder, examples: n })
const test = small ? await digits({ from: 9000 }) : await fashionMnist({ folder, split: "test" })
const lambdas = (process.argv[5] ?? "0,0.001,0.01,0.1,0.3,1").split(",").map(Number)
const methods = process.argv[6]?.split(",")
const t = performance.now()
const fronts = await Effect.runPromise(bloopLipschitz({ train, test, lambdas, epochs: Number(process.argv[4] ?? 5), ...(methods ? { methods } : {}), ...(process.argv[7] ? { seed: Number(process.argv[7]) } : {}), report: (d, a) => Effect.sync(() => { if (d % 1000 === 0) process.stderr.write(`${d}/${a} ${((performance.now() - t) / 1000).toFixed(0)}s\n`) }) }))
for (const { method, ends } of fronts) for (const e of ends) console.log(method, e.lambda, "train", e.trainLoss.toFixed(3), "log L", e.logLipschitz.toFixed(3), "test", e.testLoss.toFixed(3))
console.log("seconds", ((performance.now() - t) / 1000).toFixed(0))
