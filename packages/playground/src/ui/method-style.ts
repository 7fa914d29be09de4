/**
 * Methods as they look in every picture of the project.
 *
 * @module
 */
import { methods } from "@dualcone/aggregation"
import { lineStyle } from "@dualcone/descent"

/** How a method is drawn; colours are CSS colours that know light from dark. */
export interface MethodStyle {
  /** Of lines and areas. */
  readonly colour: string
  /** Of text: the same hue, with the contrast that text needs. */
  readonly textColour: string
  readonly dashed: boolean
}

/** The style of a method by its name, wrappers as `cr-mogm(mgda)`. */
export function methodStyle(method: string): MethodStyle {
  const { light, dark, dashed } = lineStyle(method)
  const colour = `light-dark(${light},${dark})`
  return { colour, textColour: `color-mix(in oklab,${colour} 60%,var(--title))`, dashed }
}

/** `UPGrad` for `upgrad`, as the papers write it; `CR-MOGM(MGDA)` for wrappers. */
export function methodTitle(method: string): string {
  const [, wrapper, wrapped] = /^([^()]+)\((.+)\)$/.exec(method) ?? []
  if (wrapper !== undefined && wrapped !== undefined) return `${methodTitle(wrapper)}(${methodTitle(wrapped)})`
  return methods.find(({ name }) => name === method)?.title ?? method
}
