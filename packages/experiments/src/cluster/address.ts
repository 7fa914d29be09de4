/**
 * Where the database of a cluster is.
 *
 * @module
 */
import { InputError } from "@dualcone/wasm"
import * as Redacted from "effect/Redacted"

/** A PostgreSQL database. */
export interface ClusterAddress {
  readonly url: Redacted.Redacted<string>
  /** The URL without its password and options, for messages. */
  readonly shown: string
  /** A file of certificates, PEM, one of which must have signed the server's; null for those that the runtime trusts. */
  readonly certificates: string | null
}

/** `require` and the two behind it are one here: a certificate is always verified, and so is its name. */
const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

/**
 * A database from its URL, `postgres://user@host:port/database`. A URL without a password takes `password`, so that none has
 * to stand on a command line.
 *
 * Of libpq's options for TLS it knows `sslmode`, and `sslrootcert` for a file of certificates to trust, which asks for TLS
 * by itself.
 *
 * @throws {InputError} when it is not the URL of a PostgreSQL database, and for other options of TLS, which would else be
 * passed over; the message does not repeat a password
 */
export function parseClusterAddress(text: string, place: string, password?: string): ClusterAddress {
  const url = URL.parse(text)
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol) || url.pathname.length < 2) {
    const rule = "it must be like postgres://user@host:5432/database"
    throw new InputError({ rule, place, value: url === null ? "no URL" : shownOf(url) })
  }
  if (url.password === "" && password !== undefined) url.password = encodeURIComponent(password)
  const certificates = certificatesOf(url, place)
  url.searchParams.delete(CERTIFICATES)
  return { url: Redacted.make(url.href), shown: shownOf(url), certificates }
}

const MODE = "sslmode"
const CERTIFICATES = "sslrootcert"

function certificatesOf({ searchParams }: URL, place: string): string | null {
  const option = (name: string) => `${name} of ${place}`
  for (const name of searchParams.keys()) {
    if (!name.startsWith("ssl") || name === MODE || name === CERTIFICATES) continue
    const rule = `the options of TLS are ${MODE} and ${CERTIFICATES}`
    throw new InputError({ rule, place: option(name), value: searchParams.get(name) })
  }
  const mode = searchParams.get(MODE)
  if (mode !== null && !MODES.includes(mode)) {
    throw new InputError({ rule: `it must be one of ${MODES.join(", ")}`, place: option(MODE), value: mode })
  }
  const certificates = searchParams.get(CERTIFICATES)
  if (certificates !== null && mode === "disable") {
    const rule = `${MODE}=disable asks for no TLS, and then no certificate is looked at`
    throw new InputError({ rule, place: option(CERTIFICATES), value: certificates })
  }
  return certificates
}

function shownOf({ protocol, username, host, pathname }: URL): string {
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`
}
