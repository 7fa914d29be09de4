/**
 * Builds the page, serves it on this machine and opens it:
 *
 *   bun run playground [--port PORT] [--no-open] [--build-only] [--docs FOLDER]
 *
 * The address is printed; the page is served until the command is ended. What was built lies in `packages/playground/dist`
 * and may be put on any server, below any folder. `--build-only` ends there. `--docs` names the folder of the built
 * documentation, which comes along and is linked; it is that of `bun run docs` where this has been run.
 *
 * @module
 */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { build, dist } from "./build.ts"
import { servePage } from "./serve.ts"

const USUAL_PORT = 4747

/** Where `bun run docs` builds. */
const BUILT_DOCS = fileURLToPath(new URL("../../../docs/site/dist", import.meta.url))

const USAGE = "bun run playground [--port PORT] [--no-open] [--build-only] [--docs FOLDER]"

/** Exit code 2 for wrong usage. */
async function run(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE)
    return 0
  }
  const options = parsed(args)
  if (typeof options === "string") {
    console.error(`playground: ${options}\nUsage: ${USAGE}`)
    return 2
  }
  await build(dist, options.docs === undefined ? {} : { docs: options.docs })
  if (options.buildOnly) {
    console.log(dist)
    return 0
  }
  const { address } = served(options.port)
  console.log(`The playground is at ${address} (end it with Ctrl+C)`)
  if (options.open) open(address)
  return 0
}

interface Options {
  /** Undefined: the usual one, or any where that is taken. */
  readonly port: number | undefined
  readonly open: boolean
  readonly buildOnly: boolean
  readonly docs: string | undefined
}

function parsed(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...{ port: { type: "string" }, docs: { type: "string" } },
        ...{ "no-open": { type: "boolean" }, "build-only": { type: "boolean" } }
      }
    })
    const port = values.port === undefined ? undefined : Number(values.port)
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
      return `--port must be a whole number from 0 to 65535; it is ${values.port}`
    }
    const docs = values.docs ?? (existsSync(BUILT_DOCS) ? BUILT_DOCS : undefined)
    return { port, open: values["no-open"] !== true, buildOnly: values["build-only"] === true, docs }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function served(port: number | undefined) {
  if (port !== undefined) return servePage({ folder: dist, port })
  try {
    return servePage({ folder: dist, port: USUAL_PORT })
  } catch {
    return servePage({ folder: dist, port: 0 })
  }
}

/** Opens the address in the browser of this machine, where there is one. */
function open(address: string): void {
  const commands: Readonly<Record<string, readonly string[]>> = {
    darwin: ["open", address],
    win32: ["cmd", "/c", "start", "", address]
  }
  const command = commands[process.platform] ?? ["xdg-open", address]
  const hasScreen = process.platform !== "linux" || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY)
  if (!hasScreen || Bun.which(command[0] ?? "") === null) return
  Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).unref()
}

process.exitCode = await run(process.argv.slice(2))
