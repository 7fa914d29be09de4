/**
 * The figures and tables of a sweep from its rows and curves as values, without the database and the file system of the
 * rest: what a page needs that has read them itself.
 *
 * @module
 */
export { type Chart, drawChart, type Logarithm } from "./figures/chart/index.ts"
export type { CurvesOf } from "./figures/curve-band.ts"
export type { NothingToDraw } from "./figures/errors.ts"
export { type Setting, settingsOf } from "./figures/settings.ts"
export { bestRuns, nothingToDraw, sweepCharts } from "./figures/sweep-charts.ts"
export { csvTable, type ShownColumn, shownColumns, type Table } from "./figures/table.ts"
export { type Curves, RESULT_ROWS, ResultRow, RUN_CURVES, valuesOf } from "./store/rows.ts"
export { databaseFault } from "./store/tables.ts"
