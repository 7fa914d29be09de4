/**
 * What pictures of paths are made of, for whoever draws them otherwise than `trajectoryPicture` does: pure functions.
 *
 * @module
 */
export { tickText } from "./axes.ts"
export { BANDS, bandColour } from "./conflict-field.ts"
export { finitePart } from "./panel.ts"
export { parameterSpace, type Space, valueSpace } from "./spaces.ts"
export { type Pixel, thinInTime } from "./thin.ts"
