import { crossEntropy, Dualcone, datasets, diagnose, instanceWise, loadWasm, networks, sgd, upgrad } from "dualcone"

const show = (line: string) => document.querySelector("pre")?.append(`${line}\n`)

// Neither address is needed where the bundler follows new URL(…, import.meta.url).
await loadWasm("/dualcone_bg.wasm")
const source = new URL("/digits.bin", location.href)

const { runtime, engines } = await diagnose({ digits: source })
show(`${runtime.name} ${runtime.version}, engines: ${engines.join(", ")}`)

await using dualcone = await Dualcone.make()
const run = dualcone.train({
  network: networks.mnist,
  data: await datasets.mnist({ examples: 640, source }),
  objective: instanceWise(crossEntropy),
  aggregator: upgrad(),
  optimizer: sgd({ learningRate: 0.1 })
})
for await (const { iteration, meanLoss } of run) show(`step ${iteration}: mean loss ${meanLoss.toFixed(3)}`)
