/** The golden files: values that PyTorch computed in float64. */
import { readFileSync } from "node:fs"
import { readSafetensors, type Tensor, toFloat32, toFloat64 } from "../src/index.ts"

/** Tensors of a golden file by name, and those below a prefix. */
export function goldenFile(name: string) {
  const url = new URL(`../../../golden/${name}.safetensors`, import.meta.url)
  const { tensors } = readSafetensors(readFileSync(url), name)
  const tensor = (key: string): Tensor => {
    const found = tensors.get(key)
    if (found === undefined) throw new Error(`${name} has no ${key}`)
    return found
  }
  return {
    float32: (key: string) => toFloat32(tensor(key)),
    float64: (key: string) => toFloat64(tensor(key)),
    int32: (key: string) => Int32Array.from(toFloat64(tensor(key))),
    below: (prefix: string) =>
      new Map(
        [...tensors]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => [key.slice(prefix.length), toFloat32(value)])
      )
  }
}

/** A network's golden batch. */
export function golden(name: string) {
  const file = goldenFile(name)
  return {
    parameters: file.below("model."),
    pullback: file.below("expect.pullback."),
    inputs: file.float32("input.x"),
    labels: file.int32("input.y"),
    weights: file.float64("input.weights"),
    losses: file.float64("expect.losses"),
    gramian: file.float64("expect.gramian")
  }
}

export const at = (values: ArrayLike<number>, index: number) => values[index] ?? Number.NaN

export const norm = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0))

/** Named tensors one behind the other. */
export const flat = (tensors: ReadonlyMap<string, Float32Array>) =>
  Float64Array.from([...tensors.values()].flatMap((tensor) => [...tensor]))

/** ‖a − b‖ / ‖b‖. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  norm(Array.from(a, (value, i) => value - at(b, i))) / norm(b)
