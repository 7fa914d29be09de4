/** Downloads from a server of the test's own: whole, continued, wrong, hostile, interrupted. */
import { describe, expect, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import type { DatasetFile } from "@dualcone/datasets"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { DownloadError, download } from "../src/data/download.ts"
import { temporaryFolder } from "./command-line.ts"

const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251)
const file: DatasetFile = {
  ...{ name: "set.bin", bytes: content.length, largest: content.length, md5: "", addresses: [] },
  sha256: new Bun.CryptoHasher("sha256").update(content).digest("hex")
}

/** Fetches into the folder; gives the path, or the error. */
function fetched(folder: string, ...addresses: string[]) {
  const report = () => Effect.void
  return download({ file, folder, addresses, report }).pipe(
    Effect.catchTag("DownloadError", (error) => Effect.succeed(error)),
    Effect.provide(NodeServices.layer),
    Effect.runPromise
  )
}

function failed(outcome: string | DownloadError): string {
  if (!(outcome instanceof DownloadError)) throw new Error(`not an error: ${outcome}`)
  expect(outcome.message).not.toContain("\n")
  return outcome.message
}

/** A server that answers ranges, and what it was asked for. */
function server(answer: (request: Request) => Response = ranges) {
  const asked: (string | null)[] = []
  const serving = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      asked.push(request.headers.get("range"))
      return answer(request)
    }
  })
  const address = (name: string) => new URL(name, serving.url).href
  return { asked, at: address("set.bin"), address, [Symbol.dispose]: () => void serving.stop(true) }
}

function ranges(request: Request): Response {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0)
  if (start === 0) return new Response(content)
  if (start >= content.length) return new Response(null, { status: 416 })
  const headers = { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }
  return new Response(content.subarray(start), { status: 206, headers })
}

/** A body in small parts that goes on until it is cancelled. */
function endless(first = content): ReadableStream<Uint8Array> {
  let sent = false
  return new ReadableStream({
    async pull(controller) {
      controller.enqueue(sent ? new Uint8Array(1000) : first)
      sent = true
      await Bun.sleep(1)
    }
  })
}

describe("a download", () => {
  test("makes the folder and leaves the file alone in it", async () => {
    using folder = temporaryFolder()
    using serving = server()
    const into = join(folder.path, "a", "b")
    const path = join(into, "set.bin")
    expect(await fetched(into, serving.at)).toBe(path)
    expect(new Uint8Array(readFileSync(path))).toEqual(content)
    expect(readdirSync(into)).toEqual(["set.bin"])
    expect(serving.asked).toEqual([null])
  })

  test("replaces a wrong file only when it has the right one", async () => {
    using folder = temporaryFolder()
    using serving = server((request) => (request.url.endsWith("set.bin") ? ranges(request) : new Response("other")))
    const path = join(folder.path, "set.bin")
    writeFileSync(path, "wrong")
    expect(failed(await fetched(folder.path, serving.address("else")))).toContain("it has 5 bytes; 100000 are expected")
    expect(readFileSync(path, "utf8")).toBe("wrong")
    await fetched(folder.path, serving.at)
    expect(new Uint8Array(readFileSync(path))).toEqual(content)
  })

  test("asks only for the rest of what an earlier one collected", async () => {
    using folder = temporaryFolder()
    using serving = server()
    writeFileSync(join(folder.path, "set.bin.part"), content.subarray(0, 60_000))
    const path = await fetched(folder.path, serving.at)
    expect(new Uint8Array(readFileSync(String(path)))).toEqual(content)
    expect(serving.asked).toEqual(["bytes=60000-"])
    expect(readdirSync(folder.path)).toEqual(["set.bin"])
  })

  test("takes what was collected whole, for which no rest is left to ask", async () => {
    using folder = temporaryFolder()
    using serving = server()
    writeFileSync(join(folder.path, "set.bin.part"), content)
    expect(await fetched(folder.path, serving.at)).toBe(join(folder.path, "set.bin"))
    expect(serving.asked).toEqual(["bytes=100000-"])
  })

  test("begins anew where the server does not send parts", async () => {
    using folder = temporaryFolder()
    using serving = server(() => new Response(content))
    writeFileSync(join(folder.path, "set.bin.part"), content.subarray(0, 60_000))
    const path = await fetched(folder.path, serving.at)
    expect(new Uint8Array(readFileSync(String(path)))).toEqual(content)
    expect(serving.asked).toEqual(["bytes=60000-"])
  })

  for (const [what, collected] of [
    ["of another file", new Uint8Array(500)],
    ["longer than the file", new Uint8Array(100_001)],
    ["as long as the file, and wrong", new Uint8Array(100_000)]
  ] as const) {
    test(`asks for the whole when what was collected is ${what}`, async () => {
      using folder = temporaryFolder()
      using serving = server()
      writeFileSync(join(folder.path, "set.bin.part"), collected)
      const path = await fetched(folder.path, serving.at)
      expect(new Uint8Array(readFileSync(String(path)))).toEqual(content)
      expect(serving.asked.at(-1)).toBe(null)
    })
  }

  test("keeps what it has when the connection breaks, and goes on from there", async () => {
    using folder = temporaryFolder()
    const broken = createServer((_, response) => {
      response.writeHead(200, { "content-length": content.length })
      response.write(content.subarray(0, 30_000), () => setTimeout(() => response.destroy(), 50))
    })
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve))
    const address = broken.address()
    const port = typeof address === "object" ? address?.port : undefined
    const part = join(folder.path, "set.bin.part")
    try {
      failed(await fetched(folder.path, `http://127.0.0.1:${port}/set.bin`))
    } finally {
      broken.close()
    }
    expect(new Uint8Array(readFileSync(part))).toEqual(content.slice(0, 30_000))
    using serving = server()
    await fetched(folder.path, serving.at)
    expect(serving.asked).toEqual(["bytes=30000-"])
    expect(readdirSync(folder.path)).toEqual(["set.bin"])
  })

  test("keeps what it has when it is interrupted, and leaves no file", async () => {
    using folder = temporaryFolder()
    using serving = server(() => new Response(endless(content.subarray(0, 40_000))))
    const running = Effect.runFork(
      download({ file, folder: folder.path, addresses: [serving.at], report: () => Effect.void }).pipe(
        Effect.provide(NodeServices.layer)
      )
    )
    const part = join(folder.path, "set.bin.part")
    while (!existsSync(part) || readFileSync(part).length === 0) await Bun.sleep(1)
    await Effect.runPromise(Fiber.interrupt(running))
    expect(readdirSync(folder.path)).toEqual(["set.bin.part"])
  })

  test("tries the next address when one fails", async () => {
    using folder = temporaryFolder()
    using serving = server((request) => {
      return request.url.endsWith("set.bin") ? ranges(request) : new Response("no", { status: 503 })
    })
    const addresses = ["http://127.0.0.1:1/set.bin", serving.address("none"), serving.at]
    expect(await fetched(folder.path, ...addresses)).toBe(join(folder.path, "set.bin"))
  })
})

describe("a download is refused, with nothing in place of the file, when the server", () => {
  const wrong = content.map((byte, i) => (i === 5 ? byte ^ 1 : byte))
  const cases: readonly (readonly [string, (request: Request) => Response, string])[] = [
    ["has nothing", () => new Response("no", { status: 404 }), "the server answers 404"],
    ["sends another file of the same length", () => new Response(wrong), "its SHA-256 is"],
    ["sends too little", () => new Response(content.subarray(1)), "it has 99999 bytes; 100000 are expected"],
    [
      "announces too much",
      () => new Response(new Uint8Array(100_001)),
      "the server offers 100001 bytes; at most 100000"
    ],
    [
      "sends without end",
      () => new Response(endless()),
      "the server sends more than the 100000 bytes that are expected"
    ],
    ["leads to itself", (request) => Response.redirect(request.url), "redirect"]
  ]
  for (const [what, answer, told] of cases) {
    test(what, async () => {
      using folder = temporaryFolder()
      using serving = server(answer)
      const message = failed(await fetched(folder.path, serving.at))
      expect(message).toStartWith(`set.bin cannot be fetched from ${serving.at}: `)
      expect(message).toContain(told)
      expect(message).toEndWith(`; without a network, put it into ${folder.path} by hand`)
      expect(readdirSync(folder.path)).toEqual([])
    })
  }

  test("sends another part than it was asked for", async () => {
    using folder = temporaryFolder()
    const headers = { "content-range": "bytes 5-99999/100000" }
    using serving = server(() => new Response(content.subarray(5), { status: 206, headers }))
    writeFileSync(join(folder.path, "set.bin.part"), content.subarray(0, 10))
    expect(failed(await fetched(folder.path, serving.at))).toContain("another part than it was asked for")
  })

  test("is not there", async () => {
    using folder = temporaryFolder()
    failed(await fetched(folder.path, "http://127.0.0.1:1/set.bin"))
    expect(readdirSync(folder.path)).toEqual([])
  })

  test("or when its folder cannot be made", async () => {
    using folder = temporaryFolder()
    using serving = server()
    writeFileSync(join(folder.path, "file"), "")
    mkdirSync(join(folder.path, "none"))
    const error = await download({
      ...{ file, folder: join(folder.path, "file", "none"), addresses: [serving.at] },
      report: () => Effect.void
    }).pipe(Effect.flip, Effect.provide(NodeServices.layer), Effect.runPromise)
    expect(error.message).toContain("cannot be created")
  })
})
