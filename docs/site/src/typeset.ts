/**
 * The formulas of methods, which are plain text for the command line, as HTML.
 *
 * @module
 */

const letters: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", kappa: "κ", lambda: "λ" },
  ...{ mu: "μ", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", omega: "ω" },
  ...{ sum: "∑", prod: "∏", sqrt: "√" }
}

/** A formula with Greek letters, sums, indices, powers, transposes and inner products. */
export function typeset(formula: string): string {
  const named = formula.replace(/[A-Za-z]+(?! of\b)/g, (word) => letters[word] ?? word)
  const escaped = named.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
  return escaped
    .replace(/`([^`]*)`/g, "<code>$1</code>")
    .replace(/_[{(]([^})]*)[})]/g, "<sub>$1</sub>")
    .replace(/_([A-Za-z0-9α-ω]+)/g, "<sub>$1</sub>")
    .replace(/\^\(([^)]*)\)/g, "<sup>$1</sup>")
    .replace(/\^(-?[A-Za-z0-9α-ω]+)/g, "<sup>$1</sup>")
    .replace(/\b([vJV]\d?(?:<sub>\d<\/sub>)?)'/g, "$1<sup>T</sup>")
    .replace(/(?<=[\w>)'])\.(?=[A-Za-z(])/g, " · ")
    .replace(/&lt;-/g, "←")
    .replace(/&lt;=/g, "≤")
    .replace(/&gt;=/g, "≥")
    .replace(/(^|[\s(>])-(?=[\s\wα-ω])/g, "$1−")
}
