/**
 * The error of every package for input that breaks a rule.
 */

const LONGEST_SHOWN = 60

/** What is wrong with a given value. */
export interface BrokenRule {
  /** What has to hold, as a clause: "every entry must be finite". */
  readonly rule: string
  /** Where the value stands: "row 3, column 7 of the Jacobian". */
  readonly place: string
  /** The value seen there; `undefined` when nothing is there. */
  readonly value: unknown
}

/**
 * Input that breaks a rule: names the rule, the place and the value seen.
 *
 * The message is one line, `place is value; rule`: "row 3, column 7 of the Jacobian is NaN; every entry must be
 * finite". Strings are quoted, arrays and objects are cut to some sixty characters, `undefined` reads "missing".
 */
export class InputError extends Error {
  readonly _tag = "InputError"
  readonly rule: string
  readonly place: string
  readonly value: unknown

  constructor({ rule, place, value }: BrokenRule) {
    super(`${place} is ${show(value)}; ${rule}`.replace(/\s*[\r\n\u2028\u2029]\s*/g, " "))
    this.name = "InputError"
    this.rule = rule
    this.place = place
    this.value = value
  }
}

/** A value in a few words. Only the part that is shown is read, so that huge arrays and cycles cost nothing. */
function show(value: unknown): string {
  if (value === undefined) return "missing"
  return showWithin(value, LONGEST_SHOWN)
}

function showWithin(value: unknown, room: number): string {
  if (typeof value === "string") {
    const shown = JSON.stringify(value.slice(0, LONGEST_SHOWN))
    return value.length > LONGEST_SHOWN ? `${shown.slice(0, -1)}..."` : shown
  }
  if (typeof value === "bigint") return cut(String(value), LONGEST_SHOWN)
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value)
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`
  if (typeof value !== "object" || value === null) return String(value)
  if (value instanceof Error) return cut(`${value.name}: ${value.message}`, 3 * LONGEST_SHOWN)
  if (Array.isArray(value)) return list("[", value.length, room, (i, left) => showWithin(value[i], left), "]")
  if (isNumberArray(value)) {
    const kind = `${value.constructor.name}(${value.length}) [`
    return list(kind, value.length, room, (i, left) => showWithin(value[i], left), "]")
  }
  const entries = Object.entries(value)
  const entry = (i: number, left: number) => {
    const [key, inner] = entries[i] ?? ["", undefined]
    return `${key}: ${showWithin(inner, left - key.length)}`
  }
  return list("{", entries.length, room, entry, "}")
}

function list(open: string, length: number, room: number, item: (i: number, left: number) => string, close: string) {
  let shown = open
  for (let i = 0; i < length; i++) {
    const separator = i === 0 ? "" : ", "
    const left = room - shown.length - separator.length - 4
    if (left <= 0) return `${shown}${separator}...${close}`
    const next = item(i, left)
    if (next.length > left) return `${shown}${separator}${cut(next, left)}${close}`
    shown += separator + next
  }
  return shown + close
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text
}

function isNumberArray(value: object): value is ArrayBufferView & ArrayLike<number | bigint> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}
