/**
 * Colours with a meaning, the same in every picture: one line style a method.
 *
 * @module
 */

/** How a method is drawn, on a light and on a dark ground. */
export interface LineStyle {
  readonly light: string
  readonly dark: string
  readonly dashed: boolean
}

/** What is no method, on one ground. */
export interface Ink {
  readonly ground: string
  readonly text: string
  readonly title: string
  readonly axis: string
}

/** Ink on a light and on a dark ground. */
export const inks: Readonly<Record<"light" | "dark", Ink>> = {
  light: { ground: "#fff", text: "#444", title: "#111", axis: "#888" },
  dark: { ground: "#0f1318", text: "#c4c8cc", title: "#f2f4f6", axis: "#7a828a" }
}

/** What has a meaning beside the methods: gradients in conflict, in agreement, and directions that harm no objective. */
export const meanings: Readonly<
  Record<"conflict" | "agreement" | "safe", { readonly light: string; readonly dark: string }>
> = {
  conflict: { light: "#c2372e", dark: "#ff8a7d" },
  agreement: { light: "#2563b8", dark: "#6aa5f2" },
  safe: { light: "#14853f", dark: "#4ccf7d" }
}

const styles: Readonly<Record<string, LineStyle>> = {
  upgrad: { light: "#14853f", dark: "#4ccf7d", dashed: false },
  mean: { light: "#4a4a4a", dark: "#b8b8b8", dashed: true },
  dualproj: { light: "#0b7f86", dark: "#3fc0c8", dashed: false },
  mgda: { light: "#d97706", dark: "#f6a23c", dashed: false },
  cagrad: { light: "#2563b8", dark: "#6aa5f2", dashed: false },
  pcgrad: { light: "#7646b0", dark: "#b48ae6", dashed: false },
  "nash-mtl": { light: "#8a5a2b", dark: "#c99663", dashed: false },
  "imtl-g": { light: "#cc4b90", dark: "#f08bbf", dashed: false },
  "aligned-mtl": { light: "#74751c", dark: "#bcbd4a", dashed: false },
  graddrop: { light: "#4aa3d4", dark: "#8ccdf0", dashed: false },
  rgw: { light: "#a3a3a3", dark: "#8a8a8a", dashed: false },
  sum: { light: "#4a4a4a", dark: "#b8b8b8", dashed: true },
  bloop: { light: "#0f766e", dark: "#2dd4bf", dashed: false },
  mixed: { light: "#4a4a4a", dark: "#b8b8b8", dashed: true },
  "priority-pcgrad": { light: "#7646b0", dark: "#b48ae6", dashed: false },
  "dynamic-barrier": { light: "#d97706", dark: "#f6a23c", dashed: false }
}

const other: LineStyle = { light: "#64748b", dark: "#94a3b8", dashed: true }

/**
 * The style of a method, by its name. A wrapped method, `cr-mogm(mgda)`, has the colour of what it wraps, dashed; methods
 * without a colour of their own are slate and dashed.
 */
export function lineStyle(method: string): LineStyle {
  const [, wrapped] = /^[^()]+\((.+)\)$/.exec(method) ?? []
  return wrapped === undefined ? (styles[method] ?? other) : { ...lineStyle(wrapped), dashed: true }
}
