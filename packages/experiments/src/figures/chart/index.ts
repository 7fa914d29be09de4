/**
 * Charts: their specification as data, and their drawing as SVG.
 *
 * @module
 */
export * from "./chart.ts"
export { drawChart } from "./draw-chart.ts"
export { brokenLines, spreadLabels } from "./labels.ts"
export { type Logarithm, roundDomain, type Tick, ticksOf } from "./scale.ts"
