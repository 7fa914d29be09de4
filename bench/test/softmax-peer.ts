/**
 * A peer that knows one linear layer, in plain JavaScript by closed forms: p = softmax(W x + b), loss = -log p_label, and
 * the gradient of the mean loss Σ (p - e_label) (x, 1)ᵀ / m. Started with `wrong`, it multiplies its losses by 1.001.
 *
 * @module
 */
import { type Batch, type Handed, serve, type Tensor } from "../peers/javascript/serve.ts"

const factor = process.argv.includes("wrong") ? 1.001 : 1

/** Loss of each example, and the gradient of their mean with respect to rows of (W, b). */
function lossesAndGradient(weight: Tensor, bias: Tensor, { inputs, labels }: Batch) {
  const [outputs = 0, size = 0] = weight.shape
  const gradient = new Float64Array(outputs * (size + 1))
  const losses = Float64Array.from(labels, (label, example) => {
    const x = [...inputs.values.subarray(example * size, (example + 1) * size), 1]
    const row = (k: number) => [...weight.values.subarray(k * size, (k + 1) * size), bias.values[k] ?? 0]
    const exps = Array.from({ length: outputs }, (_, k) => {
      return Math.exp(row(k).reduce((sum, entry, i) => sum + entry * (x[i] ?? 0), 0))
    })
    const total = exps.reduce((sum, exp) => sum + exp, 0)
    exps.forEach((exp, k) => {
      const delta = (exp / total - (k === label ? 1 : 0)) / labels.length
      x.forEach((entry, i) => {
        const at = k * (size + 1) + i
        gradient[at] = (gradient[at] ?? 0) + delta * entry
      })
    })
    return -Math.log((exps[label] ?? 0) / total)
  })
  return { losses, gradient }
}

serve({ library: "softmax 1.0", threads: 1 }, ({ parameters, batches }: Handed) => {
  const [weight, bias, batch] = [parameters.get("0.weight"), parameters.get("0.bias"), batches[0]]
  if (weight === undefined || bias === undefined || batch === undefined) throw new Error("it knows one linear layer")
  return {
    async first() {
      const { losses, gradient } = lossesAndGradient(weight, bias, batch)
      return { losses: losses.map((loss) => loss * factor), gradientNorm: Math.hypot(...gradient) }
    },
    async step(method) {
      if (method !== "gradient") throw new Error(`unknown method ${method}`)
      lossesAndGradient(weight, bias, batch)
    },
    dispose() {}
  }
})
