/**
 * Figures and tables of the papers, from the database of a sweep.
 *
 * @module
 */
export { batchSizeFigures } from "./batch-size-figure.ts"
export { BLOOP_DEVIATIONS, BLOOP_LAMBDAS, bloopFigure } from "./bloop-figure.ts"
export { bloopLipschitzFigure, LIPSCHITZ_LAMBDAS } from "./bloop-lipschitz-figure.ts"
export * from "./chart/index.ts"
export { CR_MOGM_METHODS, crMogmFigure } from "./cr-mogm-figure.ts"
export { type CurveBand, curveBand } from "./curve-band.ts"
export { curveFigure, methodPanels } from "./curve-figure.ts"
export { NothingToDraw, PngUnavailable } from "./errors.ts"
export type { FigureFile, Figures } from "./figure-file.ts"
export { optimizerFigures } from "./optimizer-figure.ts"
export { pngRenderer } from "./png.ts"
export { rateFigure } from "./rate-figure.ts"
export { resultTable, runTable, timeTable } from "./result-tables.ts"
export { type MethodLine, type Setting, settingsOf } from "./settings.ts"
export { sweepCharts } from "./sweep-charts.ts"
export { figureFiles, readBestCurves, sweepFigures } from "./sweep-figures.ts"
export { type Cell, csvTable, markdownTable, type Table } from "./table.ts"
