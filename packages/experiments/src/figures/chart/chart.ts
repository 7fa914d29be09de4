/**
 * A picture of panels as plain data: what is shown, apart from how it is drawn.
 *
 * @module
 */

/** Least and largest value of an axis. */
export type Interval = readonly [low: number, high: number]

/** An axis; its label names quantity and unit. */
export interface Axis {
  readonly label: string
  readonly scale: "linear" | "log"
  readonly domain: Interval
  /** Where numbers stand; default: at few round ones. */
  readonly ticks?: readonly number[]
}

/** One method's values. Entries that are not finite interrupt the line. */
export interface Series {
  /** The name that decides colour and dashes, as `lineStyle` of the palette knows it. */
  readonly method: string
  /** 1 to 3 for dashes other than those of the method, so that lines can be told apart without colours; 0 for its own. */
  readonly dashes: 0 | 1 | 2 | 3
  /** Written where the line ends. */
  readonly label: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** A band around the line, such as mean ± standard error; null where there is none. */
  readonly band: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | null
  /** A dot at each value, for few of them. */
  readonly dots: boolean
  /** Small dots without a line. */
  readonly scattered: readonly (readonly [x: number, y: number])[]
  /** Places on the line that a ring marks, such as the best ones. */
  readonly ringed: readonly (readonly [x: number, y: number])[]
  /** Where on the x axis there is no value because the run diverged; crosses above the panel. */
  readonly diverged: readonly number[]
}

/** One coordinate system. */
export interface Panel {
  readonly heading: string
  /** Of the plot, in pixels. */
  readonly height: number
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

/** Panels in rows, filled from left to right; null leaves a place empty. */
export interface Chart {
  /** The id of the `svg` element, below which its styles hold: letters, digits and hyphens. */
  readonly id: string
  readonly title: string
  /** Sentences below the title, each on lines of its own: what is drawn, of how many seeds, what is missing. */
  readonly remarks: readonly string[]
  /** What the picture follows: paper and figure. */
  readonly source: string
  readonly columns: number
  readonly panels: readonly (Panel | null)[]
}

/** The dashes of the i-th of some lines, each unlike those before it. */
export function dashesAt(i: number): Series["dashes"] {
  const dashes = [0, 2, 1, 3] as const
  return dashes[i % dashes.length] ?? 0
}

/** A series of a line alone. */
export function line(series: Pick<Series, "method" | "label" | "x" | "y"> & Partial<Series>): Series {
  return { dashes: 0, band: null, dots: false, scattered: [], ringed: [], diverged: [], ...series }
}
