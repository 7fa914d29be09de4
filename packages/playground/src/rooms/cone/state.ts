/**
 * The state of the cone explorer, and how an address holds it.
 *
 * @module
 */

/** A gradient: two or three numbers. */
export type Row = readonly number[]

/** How one row is made longer and shorter while the others stay. */
export interface Scaling {
  /** Which row, counting from 0. */
  readonly row: number
  /** At least 0. */
  readonly factor: number
}

/** Where the eye is in space, in degrees. */
export interface Orbit {
  readonly turn: number
  readonly tilt: number
}

/** All that the room shows. */
export interface ConeState {
  /** Two or three gradients of one length: 2 in the plane, 3 in space. */
  readonly rows: readonly Row[]
  /** Names of the methods whose directions are shown. */
  readonly shown: readonly string[]
  /** The ridge of UPGrad and DualProj. */
  readonly ridge: "strict" | "paper"
  /** Null: every row is as long as it was drawn. */
  readonly scaling: Scaling | null
  readonly orbit: Orbit
}

/** The longest that an entry of a gradient may be. */
export const REACH = 3
/** The largest factor of a {@link Scaling}. */
export const MOST_SCALING = 3

/** The rows as they are aggregated: the scaled one multiplied by its factor. */
export function scaledRows({ rows, scaling }: Pick<ConeState, "rows" | "scaling">): readonly Row[] {
  if (scaling === null) return rows
  return rows.map((row, i) => (i === scaling.row ? row.map((entry) => entry * scaling.factor) : row))
}

/** The state with another tip of the row as it is seen; a row that is scaled to nothing stays. */
export function withTip(state: ConeState, index: number, tip: Row): ConeState {
  const { scaling } = state
  const factor = scaling?.row === index ? scaling.factor : 1
  if (factor === 0) return state
  const row = tip.map((entry) => rounded(Math.max(-REACH, Math.min(REACH, entry)) / factor))
  return { ...state, rows: state.rows.map((old, i) => (i === index ? row : old)) }
}

/** The state with so many rows, in a plane or in space; what is new gets a place of its own. */
export function withShape(state: ConeState, count: 2 | 3, dimensions: 2 | 3): ConeState {
  const fresh: Row = [-0.4, -1.6, 1.2]
  const heights = [0.9, -0.6, 1.2]
  const rows = [...state.rows, fresh]
    .slice(0, count)
    .map((row, i) => [row[0] ?? 0, row[1] ?? 0, row[2] ?? heights[i] ?? 0].slice(0, dimensions))
  return { ...state, rows, scaling: state.scaling !== null && state.scaling.row < count ? state.scaling : null }
}

/** What an address of the state holds. */
export function writeState(state: ConeState): URLSearchParams {
  const { rows, shown, ridge, scaling, orbit } = state
  const parameters = new URLSearchParams({ g: rows.map((row) => row.join(",")).join(":"), show: shown.join(",") })
  if (ridge !== "strict") parameters.set("ridge", ridge)
  if (scaling !== null) parameters.set("scale", `${scaling.row + 1}:${scaling.factor}`)
  if (rows[0]?.length === 3) parameters.set("view", `${orbit.turn},${orbit.tilt}`)
  return parameters
}

/**
 * The state that an address holds; what it does not say, or says wrongly, is that of `usual`. Names of methods are kept
 * when they are among `known`.
 */
export function readState(parameters: URLSearchParams, usual: ConeState, known: readonly string[]): ConeState {
  const rows = parameters.get("g")?.split(":").map(numbers)
  const shown = parameters.get("show")?.split(",")
  const [row = Number.NaN, factor = Number.NaN] = numbers((parameters.get("scale") ?? "").replace(":", ","))
  const [turn = Number.NaN, tilt = Number.NaN] = numbers(parameters.get("view") ?? "")
  const given = rows !== undefined && areRows(rows) ? rows : usual.rows
  const isScaling = Number.isInteger(row) && row >= 1 && row <= given.length && factor >= 0 && factor <= MOST_SCALING
  return {
    rows: given,
    shown: shown === undefined ? usual.shown : known.filter((name) => shown.includes(name)),
    ridge: parameters.get("ridge") === "paper" ? "paper" : "strict",
    scaling: isScaling ? { row: row - 1, factor } : null,
    orbit: Math.abs(turn) <= 360 && Math.abs(tilt) <= 90 ? { turn, tilt } : usual.orbit
  }
}

/** Entries are kept to a ten-thousandth, so that an address says exactly what is seen. */
function rounded(entry: number): number {
  return Math.round(entry * 1e4) / 1e4 + 0
}

function numbers(text: string): readonly number[] {
  return text.split(",").map((entry) => (entry.trim() === "" ? Number.NaN : Number(entry)))
}

function areRows(rows: readonly Row[]): boolean {
  const length = rows[0]?.length ?? 0
  const counts = (rows.length === 2 || rows.length === 3) && (length === 2 || length === 3)
  return counts && rows.every((row) => row.length === length && row.every((entry) => Math.abs(entry) <= 100))
}
