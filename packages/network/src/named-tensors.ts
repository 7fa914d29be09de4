/**
 * Tensors by name, in the order of a plan.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import type { ParameterPlan } from "./plan.ts"

/** The plan's tensors from named ones: none missing, none unknown, each of its size. */
export function inOrder(
  parameters: readonly ParameterPlan[],
  tensors: ReadonlyMap<string, Float32Array>
): readonly Float32Array[] {
  for (const name of tensors.keys()) {
    if (!parameters.some((parameter) => parameter.name === name)) {
      const rule = `the network's parameters are ${parameters.map((parameter) => parameter.name).join(", ")}`
      throw new InputError({ rule, place: "the name of a parameter", value: name })
    }
  }
  return parameters.map(({ name, shape, size }) => {
    const tensor = tensors.get(name)
    if (tensor === undefined) {
      throw new InputError({ rule: "every parameter must be given", place: `the parameter ${name}`, value: undefined })
    }
    if (tensor.length !== size) {
      const rule = `it must be ${size}, of shape [${shape.join(", ")}]`
      throw new InputError({ rule, place: `the size of the parameter ${name}`, value: tensor.length })
    }
    return tensor
  })
}
