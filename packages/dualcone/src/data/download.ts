/**
 * Downloads of files of data sets: checked, atomic, and continued where an earlier one stopped.
 *
 * @module
 */
import { type DatasetFile, differenceOf } from "@dualcone/datasets"
import { attemptPromise, fileError } from "@dualcone/descent"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"

/** How long a server may be silent. */
const PATIENCE = "30 seconds"

/** A file could not be fetched. */
export class DownloadError extends Schema.TaggedError<DownloadError>()("DownloadError", {
  /** Its name at its source. */
  file: Schema.String,
  address: Schema.String,
  /** Why, as a clause. */
  reason: Schema.String,
  /** Where it can be put by hand. */
  folder: Schema.String
}) {
  override get message(): string {
    return `${this.file} cannot be fetched from ${this.address}: ${this.reason}; without a network, put it into ${this.folder} by hand`
  }
}

/** What {@link download} is to do. */
export interface DownloadOptions {
  readonly file: DatasetFile
  /** Made where it is not there. */
  readonly folder: string
  /** Asked one after the other until one gives the file. */
  readonly addresses: readonly string[]
  /** Called after each part: bytes so far, and in all where the server says so. */
  report(received: number, total: number | undefined): Effect.Effect<void>
}

/**
 * Fetches a file into a folder and gives its path. It is collected beside its place, under a name that ends in `.part`,
 * and takes its name only when its checksum is right. What an interrupted download has collected is kept; the next one
 * asks the server for the rest (RFC 9110, section 14), or begins anew where the server does not do that or the whole is
 * wrong. A server may offer no more than the file can have, and be silent for 30 seconds.
 */
export const download = Effect.fn("download")(function* ({ file, folder, addresses, report }: DownloadOptions) {
  const files = yield* FileSystem
  const paths = yield* Path.Path
  const path = paths.join(folder, file.name)
  const part = `${path}.part`
  const collected = files.stat(part).pipe(
    Effect.map(({ size }) => Number(ByteSize.toBigInt(size))),
    Effect.orElseSucceed(() => 0)
  )
  const discard = files.remove(part, { force: true }).pipe(Effect.mapError(fileError(part, "write")))

  /** Why the collected bytes are not the file; undefined when they are. */
  const difference = Effect.gen(function* () {
    const bytes = yield* files.readFile(part).pipe(Effect.mapError(fileError(part, "read")))
    const found = yield* attemptPromise(() => differenceOf(file, bytes))
    return typeof found === "string" ? found : undefined
  })

  /** One address, from what is collected on; a file that turns out wrong after that is asked for once more, whole. */
  const from = Effect.fnUntraced(function* (address: string) {
    const failure = (reason: string) => new DownloadError({ file: file.name, address, reason, folder })
    const before = yield* collected
    yield* collect(address, part, before > file.largest ? 0 : before)
    const wrong = yield* difference
    if (wrong === undefined) return
    yield* discard
    if (before === 0) return yield* Effect.fail(failure(wrong))
    yield* collect(address, part, 0)
    const still = yield* difference
    if (still === undefined) return
    yield* discard
    return yield* Effect.fail(failure(still))
  })

  const collect = Effect.fnUntraced(function* (address: string, into: string, start: number) {
    const failure = (reason: string) => new DownloadError({ file: file.name, address, reason, folder })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const answer = yield* ask(address, start, failure)
        const { body, at, total } = answer
        if (total !== undefined && total > file.largest) {
          return yield* Effect.fail(failure(`the server offers ${total} bytes; at most ${file.largest} are expected`))
        }
        yield* files.makeDirectory(folder, { recursive: true }).pipe(Effect.mapError(fileError(folder, "create")))
        const write = fileError(into, "write")
        const open = yield* files.open(into, { flag: at === 0 ? "w" : "a" }).pipe(Effect.mapError(write))
        let received = at
        for (;;) {
          const next = yield* patiently(() => body.read(), failure)
          if (next.done) break
          received += next.value.length
          if (received > file.largest) {
            yield* discard
            return yield* Effect.fail(failure(`the server sends more than the ${file.largest} bytes that are expected`))
          }
          yield* open.writeAll(next.value).pipe(Effect.mapError(write))
          yield* report(received, total)
        }
        yield* open.sync.pipe(Effect.mapError(write))
        if (total !== undefined && received < total) {
          return yield* Effect.fail(failure(`the server stopped after ${received} of ${total} bytes`))
        }
      })
    )
  })

  let last: DownloadError | undefined
  for (const address of addresses) {
    const failed = yield* from(address).pipe(
      Effect.as(undefined),
      Effect.catchTag("DownloadError", (error) => Effect.succeed(error))
    )
    if (failed === undefined) {
      yield* files.rename(part, path).pipe(Effect.mapError(fileError(path, "write")))
      return path
    }
    last = failed
  }
  return yield* Effect.fail(
    last ?? new DownloadError({ file: file.name, address: "nowhere", reason: "no address is known", folder })
  )
})

type Failure = (reason: string) => DownloadError

interface Answer {
  readonly body: ReadableStreamDefaultReader<Uint8Array>
  /** The first byte that the server sends, counted from 0. */
  readonly at: number
  /** Bytes of the whole file, where the server says so. */
  readonly total: number | undefined
}

/** Asks for a file from its byte `start` on; the connection is closed with the scope. */
const ask = Effect.fnUntraced(function* (address: string, start: number, failure: Failure) {
  const controller = yield* Effect.acquireRelease(
    Effect.sync(() => new AbortController()),
    (open) => Effect.sync(() => open.abort())
  )
  // The file as it is: a server that compresses for the way would change what the checksum is of.
  const headers = { "accept-encoding": "identity", ...(start > 0 ? { range: `bytes=${start}-` } : {}) }
  const response = yield* patiently(() => fetch(address, { headers, signal: controller.signal }), failure)
  // Nothing is left to ask for, or another file has come: the checksum tells, or the whole is asked for.
  if (response.status === 416 && start > 0) return { body: nothing(), at: start, total: undefined } satisfies Answer
  if (!response.ok || response.body === null) {
    return yield* Effect.fail(failure(`the server answers ${response.status} ${response.statusText}`.trim()))
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "")
  const partial = response.status === 206 && range !== null
  if (response.status === 206 && Number(range?.[1]) !== start) {
    return yield* Effect.fail(failure("the server answers with another part than it was asked for"))
  }
  const length = partial ? range[2] : (response.headers.get("content-length") ?? undefined)
  const total = length === undefined || !/^\d+$/.test(length) ? undefined : Number(length)
  return { body: response.body.getReader(), at: partial ? start : 0, total } satisfies Answer
})

function nothing(): ReadableStreamDefaultReader<Uint8Array> {
  return new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }).getReader()
}

function patiently<A>(work: () => Promise<A>, failure: Failure): Effect.Effect<A, DownloadError> {
  return Effect.tryPromise({ try: work, catch: (cause) => failure(reasonOf(cause)) }).pipe(
    Effect.timeoutOrElse({
      duration: PATIENCE,
      orElse: () => Effect.fail(failure(`the server was silent for ${PATIENCE}`))
    })
  )
}

/** Runtimes say why a connection failed in the error or in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause instanceof Error ? ` (${cause.cause.message})` : ""
  return `${cause.message}${inner}`.replace(/\s+/g, " ")
}
