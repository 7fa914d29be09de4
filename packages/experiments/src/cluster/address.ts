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
}

/**
 * A database from its URL, `postgres://user@host:port/database`. A URL without a password takes `password`, so that none has
 * to stand on a command line.
 *
 * @throws {InputError} when it is not the URL of a PostgreSQL database; the message does not repeat a password
 */
export function parseClusterAddress(text: string, place: string, password?: string): ClusterAddress {
  const url = URL.parse(text)
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol) || url.pathname.length < 2) {
    const rule = "it must be like postgres://user@host:5432/database"
    throw new InputError({ rule, place, value: url === null ? "no URL" : shownOf(url) })
  }
  if (url.password === "" && password !== undefined) url.password = encodeURIComponent(password)
  return { url: Redacted.make(url.href), shown: shownOf(url) }
}

function shownOf({ protocol, username, host, pathname }: URL): string {
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname}`
}
