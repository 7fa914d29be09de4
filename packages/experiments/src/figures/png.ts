/**
 * Figures as PNG, for where SVG is not taken. They are drawn by resvg, a renderer in WebAssembly, with the font Inter;
 * both are packages that nobody has who does not ask for them, and that are loaded when a picture is wanted.
 *
 * @module
 */
import { fileURLToPath } from "node:url"
import { InputError } from "@dualcone/wasm"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { PngUnavailable } from "./errors.ts"
import type { FigureFile } from "./figure-file.ts"

/** Pixels of the picture for a unit of the drawing: fit for paper and for dense screens. */
const PIXELS = 2

const FAMILY = "Inter"
const RENDERER = "@resvg/resvg-wasm"
const FONTS = "@expo-google-fonts/inter"
/** Upright letters, as the titles and as the rest are set. */
const FACES = ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"]

/**
 * Loads the renderer: a function that draws the figures among some files again, on a light ground, `loss.svg` as
 * `loss.png`. The same drawing gives the same bytes in every runtime. Fails where a package is missing, before any work
 * is done.
 */
export const pngRenderer = Effect.gen(function* () {
  const files = yield* FileSystem
  const { initWasm, Resvg } = yield* Effect.tryPromise({
    try: () => import("@resvg/resvg-wasm"),
    catch: () => new PngUnavailable({ missing: RENDERER })
  })
  const bytesOf = (name: string, path: string) =>
    Effect.try(() => fileURLToPath(import.meta.resolve(`${name}/${path}`))).pipe(
      Effect.flatMap((file) => files.readFile(file)),
      Effect.mapError(() => new PngUnavailable({ missing: name }))
    )
  const fontBuffers = yield* Effect.forEach(FACES, (face) => bytesOf(FONTS, face))
  const font = { fontBuffers, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY }
  yield* initialise(yield* bytesOf(RENDERER, "index_bg.wasm"), initWasm)

  const draw = Effect.fnUntraced(function* ({ name, title, content }: FigureFile<string>) {
    yield* Effect.yieldNow
    const picture = yield* Effect.try({
      try: () => new Resvg(content, { font, fitTo: { mode: "zoom", value: PIXELS } }),
      catch: (cause) => new InputError({ rule: `it must be a drawing: ${String(cause)}`, place: name, value: title })
    })
    const png = picture.render().asPng()
    picture.free()
    return { name: name.replace(/svg$/, "png"), kind: "figure", title, content: png } satisfies FigureFile<Uint8Array>
  })
  return (of: readonly FigureFile<string>[]) =>
    Effect.forEach(
      of.filter(({ name }) => name.endsWith(".svg")),
      draw
    )
})

let initialised: Promise<void> | undefined

/** The renderer takes its module once in a process. */
function initialise(module: Uint8Array, take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): Effect.Effect<void> {
  return Effect.promise(() => {
    initialised ??= take(Uint8Array.from(module))
    return initialised
  })
}
