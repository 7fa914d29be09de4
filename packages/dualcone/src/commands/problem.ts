/**
 * The problems that `dualcone aggregate` reads: Jacobians or Gramians, one or a batch, as JSON or safetensors.
 *
 * @module
 */
import { readSafetensors, type Tensor, toFloat64 } from "@dualcone/network"
import { InputError } from "@dualcone/wasm"
import * as Predicate from "effect/Predicate"

/** One Jacobian or Gramian: rows, or values row by row; and the values of the objectives, when they are given. */
export interface Problem {
  readonly kind: "jacobian" | "gramian"
  readonly matrix: readonly ArrayLike<number>[] | Matrix
  readonly values?: Float64Array
}

/** Values of a matrix, row by row. */
export interface Matrix {
  readonly values: Float64Array
  readonly rows: number
  readonly columns: number
}

/** What the input holds. */
export interface Problems {
  /** A batch gives a list of results, even when it is a batch of one. */
  readonly batch: boolean
  readonly problems: readonly Problem[]
}

/**
 * Reads the content of FILE or stdin; safetensors are told from JSON by the name, or else by their first bytes.
 *
 * @throws {InputError} naming what is wrong and where
 */
export function readProblems(bytes: Uint8Array, name: string): Problems {
  if (name.endsWith(".safetensors") || looksLikeSafetensors(bytes)) return fromSafetensors(bytes, name)
  let text: string
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    throw new InputError({ rule: "it must be JSON text in UTF-8, or safetensors", place: name, value: bytes })
  }
  return fromJson(parseJsonWithNaN(text, name), name)
}

/** A length of the header that fits, then a brace. Eight characters of JSON read as a length never fit. */
function looksLikeSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return false
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  return length <= BigInt(bytes.length - 8)
}

function fromSafetensors(bytes: Uint8Array, name: string): Problems {
  const { tensors } = readSafetensors(bytes, name)
  const jacobian = tensors.get("jacobian")
  const gramian = tensors.get("gramian")
  const tensor = jacobian ?? gramian
  if (tensor === undefined || (jacobian !== undefined && gramian !== undefined)) {
    const rule = 'it must have one tensor named "jacobian" or "gramian"'
    throw new InputError({ rule, place: `the tensors of ${name}`, value: [...tensors.keys()] })
  }
  const kind = jacobian === undefined ? "gramian" : "jacobian"
  const [problems, rows, columns] = sizes(tensor, name)
  const entries = toFloat64(tensor)
  const size = rows * columns
  const given = tensors.get("values")
  const values = given === undefined ? undefined : valuesOf(given, problems * rows, name)
  return {
    batch: tensor.shape.length === 3,
    problems: Array.from({ length: problems }, (_, i) => {
      const matrix = { values: entries.subarray(i * size, (i + 1) * size), rows, columns }
      return values === undefined
        ? { kind, matrix }
        : { kind, matrix, values: values.subarray(i * rows, (i + 1) * rows) }
    })
  }
}

function sizes({ name, shape }: Tensor, file: string): readonly [problems: number, rows: number, columns: number] {
  const [a = 0, b = 0, c = 0] = shape
  if (shape.length === 2) return [1, a, b]
  if (shape.length === 3) return [a, b, c]
  const rule = "it must have two dimensions, or three for a batch of problems"
  throw new InputError({ rule, place: `the shape of ${name} in ${file}`, value: shape })
}

/** One value an objective, of all problems. */
function valuesOf(tensor: Tensor, expected: number, file: string): Float64Array {
  const values = toFloat64(tensor)
  if (values.length === expected) return values
  const rule = `it must be ${expected}, one for each row`
  throw new InputError({ rule, place: `the number of entries of ${tensor.name} in ${file}`, value: values.length })
}

function fromJson(value: unknown, name: string): Problems {
  if (Array.isArray(value)) return fromRows("jacobian", value)
  if (!Predicate.isObject(value)) {
    const rule = 'it must be rows, {"jacobian": rows} or {"gramian": rows}'
    throw new InputError({ rule, place: name, value })
  }
  const { values, ...matrices }: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value))
  const [[key, rows] = ["", undefined], ...others] = Object.entries(matrices)
  if (others.length > 0 || (key !== "jacobian" && key !== "gramian")) {
    const rule = 'there must be one, "jacobian" or "gramian", and perhaps "values"'
    throw new InputError({ rule, place: `the keys of ${name}`, value: Object.keys(value) })
  }
  return values === undefined ? fromRows(key, rows) : withValues(fromRows(key, rows), values)
}

function fromRows(kind: Problem["kind"], value: unknown): Problems {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  const first: unknown = list[0]
  if (Array.isArray(first) && Array.isArray(first[0])) {
    return { batch: true, problems: list.map((rows) => ({ kind, matrix: checkedRows(kind, rows) })) }
  }
  return { batch: false, problems: [{ kind, matrix: checkedRows(kind, value) }] }
}

/** The values of the objectives beside their matrix: a list of numbers, or one such list for each problem of a batch. */
function withValues({ batch, problems }: Problems, values: unknown): Problems {
  if (!batch) return { batch, problems: problems.map((problem) => ({ ...problem, values: checkedValues(values) })) }
  if (!Array.isArray(values) || values.length !== problems.length) {
    const rule = `it must be a list of ${problems.length} lists of values, one for each problem`
    throw new InputError({ rule, place: "the values", value: values })
  }
  return {
    batch,
    problems: problems.map((problem, i) => ({ ...problem, values: checkedValues(values[i], ` of problem ${i}`) }))
  }
}

/** `where` ends the place that an error names. */
function checkedValues(values: unknown, where = ""): Float64Array {
  if (!Array.isArray(values))
    throw new InputError({ rule: "it must be a list of numbers", place: `the values${where}`, value: values })
  return Float64Array.from(values, (value: unknown, i) => {
    if (typeof value === "number") return value
    throw new InputError({ rule: "every value must be a number", place: `value ${i} of the objectives${where}`, value })
  })
}

/** Rows of numbers: shape and type of every entry. That they are finite and equally long is checked where they are used. */
function checkedRows(kind: Problem["kind"], rows: unknown): readonly number[][] {
  const named = kind === "jacobian" ? "Jacobian" : "Gramian"
  if (!Array.isArray(rows))
    throw new InputError({ rule: "it must be a list of rows", place: `the ${named}`, value: rows })
  return rows.map((row: unknown, i) => {
    if (!Array.isArray(row)) {
      throw new InputError({ rule: "a row must be a list of numbers", place: `row ${i} of the ${named}`, value: row })
    }
    return row.map((entry: unknown, k) => {
      if (typeof entry === "number") return entry
      const place = `row ${i}, column ${k} of the ${named}`
      throw new InputError({ rule: "every entry must be a finite number", place, value: entry })
    })
  })
}

const STRING_OR_NAME = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g

/**
 * JSON, in which NaN, Infinity and -Infinity are numbers too, as Python writes them: so that the error can say where
 * they stand.
 */
function parseJsonWithNaN(text: string, name: string): unknown {
  const mark = "\u0000number:"
  const marked = text.replace(STRING_OR_NAME, (token) => (token.startsWith('"') ? token : `"\\u0000number:${token}"`))
  try {
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === "string" && value.startsWith(mark) ? Number(value.slice(mark.length)) : value
    )
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new InputError({ rule: `it must be JSON (${reason.replace(/\s+/g, " ")})`, place: name, value: text })
  }
}
