/**
 * Where the cluster of a sweep is, as the commands `sweep` and `runner` are told.
 *
 * @module
 */
import { attempt } from "@dualcone/descent"
import { type ClusterAddress, parseClusterAddress, TAKE_OVER_SECONDS } from "@dualcone/experiments"
import { InputError } from "@dualcone/wasm"
import { Flag } from "effect/cli"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const VARIABLE = "DUALCONE_CLUSTER"

/** The flags. */
export const clusterFlags = {
  cluster: Flag.String("cluster").pipe(
    Flag.withDescription(
      `The PostgreSQL database that runners share, postgres://user@host/database (default: the variable ${VARIABLE}); its password can stand in PGPASSWORD`
    ),
    Flag.optional
  ),
  takeOverSeconds: Flag.Finite("take-over-seconds").pipe(
    Flag.withDescription("How long a runner may be silent; the same in the whole cluster"),
    Flag.withDefault(TAKE_OVER_SECONDS)
  )
}

/** A cluster as the flags name it. */
export interface NamedCluster {
  readonly address: ClusterAddress
  readonly takeOverSeconds: number
}

/** The cluster that the flags name, or the environment; null where neither does. */
export const namedCluster = Effect.fnUntraced(function* (flags: {
  readonly cluster: Option.Option<string>
  readonly takeOverSeconds: number
}) {
  const { takeOverSeconds } = flags
  const variable = process.env[VARIABLE] ?? ""
  const text = Option.getOrElse(flags.cluster, () => variable)
  if (text === "") return null
  if (takeOverSeconds < 2) {
    const rule = "it must be at least 2"
    return yield* Effect.fail(new InputError({ rule, place: "--take-over-seconds", value: takeOverSeconds }))
  }
  const place = Option.isSome(flags.cluster) ? "--cluster" : VARIABLE
  const address = yield* attempt(() => parseClusterAddress(text, place, process.env.PGPASSWORD))
  return { address, takeOverSeconds } satisfies NamedCluster
})
