/** A PostgreSQL of the test's own: on this machine only, with a password, gone when the test is. */
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const DEBIAN = "/usr/lib/postgresql"
export const PASSWORD = "of the tests"

/** The folder of the server's programs: Debian's newest, or that of `initdb` on the path. */
export function postgresqlPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = versions.map((version) => join(DEBIAN, version, "bin"))
  const onPath = Bun.which("initdb")
  if (onPath !== null) folders.push(join(onPath, ".."))
  return folders.find((folder) => existsSync(join(folder, "postgres")))
}

/** A running server. */
export interface Server extends AsyncDisposable {
  /** The certificate that it signed itself, of a server that takes connections by TLS alone; else null. */
  readonly certificate: string | null
  /** Makes a database and gives its URL, which names no password. */
  database(name: string): Promise<string>
  query(url: string, text: string): Promise<readonly Record<string, unknown>[]>
}

/** Starts a server in a temporary folder. */
export async function startPostgresql(
  programs: string,
  { tls = false }: { readonly tls?: boolean } = {}
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "dualcone-postgresql-"))
  const data = join(folder, "data")
  const passwordFile = join(folder, "password")
  writeFileSync(passwordFile, PASSWORD)
  const user = serverUser()
  if (user !== null) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid)
  const asServer = (program: string, ...args: readonly string[]) =>
    user === null
      ? [join(programs, program), ...args]
      : ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", join(programs, program), ...args]
  try {
    const made = ["-D", data, "-U", "dualcone", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync"]
    runOrThrow(asServer("initdb", ...made), folder)
    const certificate = tls ? takeTlsAlone(data, folder, user) : null
    const port = await freePort()
    const ssl = tls ? { ssl: "on" } : {}
    const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "", fsync: "off", ...ssl }
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const options = { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: Bun.file(join(folder, "log")) } as const
    const server = Bun.spawn(asServer("postgres", "-D", data, ...flags), options)
    const stop = async () => {
      server.kill("SIGINT") // its "fast shutdown"
      await server.exited
      rmSync(folder, { recursive: true, force: true })
    }
    const base = `postgres://dualcone@127.0.0.1:${port}`
    const query = async (url: string, text: string) => {
      const trusted = certificate === null ? {} : { tls: { ca: readFileSync(certificate, "utf8") } }
      await using client = new Bun.SQL(url, { max: 1, password: PASSWORD, ...trusted })
      return [...(await client.unsafe(text))]
    }
    for (;;) {
      const ready = await query(`${base}/postgres`, "select 1").then(
        () => true,
        () => false
      )
      if (ready) break
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${await Bun.file(join(folder, "log")).text()}`)
      await Bun.sleep(50)
    }
    const database = async (name: string) => {
      await query(`${base}/postgres`, `create database ${name}`)
      return `${base}/${name}`
    }
    return { certificate, database, query, [Symbol.asyncDispose]: stop }
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    throw cause
  }
}

/** Gives a server a certificate of 127.0.0.1, signed by itself, and refuses whoever comes without TLS. */
function takeTlsAlone(data: string, folder: string, user: ReturnType<typeof serverUser>): string {
  const [key, certificate] = [join(data, "server.key"), join(data, "server.crt")]
  const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
  runOrThrow(["openssl", "req", "-x509", "-nodes", ...curve, ...name, "-keyout", key, "-out", certificate], folder)
  chmodSync(key, 0o600)
  if (user !== null) for (const path of [key, certificate]) chownSync(path, user.uid, user.gid)
  writeFileSync(join(data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n")
  return certificate
}

/** Whom the server must run as, which refuses root: null for whoever runs the test. */
function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout)
  return { uid: id("-u"), gid: id("-g") }
}

function runOrThrow([program = "", ...args]: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" })
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
}
