/**
 * The workflow engine of a cluster, with PostgreSQL as its storage.
 *
 * @module
 */
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as References from "effect/References"
import * as SqlClient from "effect/sql/SqlClient"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type { ClusterAddress } from "./address.ts"
import { ClusterDatabase } from "./cluster-database.ts"
import { ClusterError } from "./errors.ts"
import { reasonOf } from "./reason.ts"
import { clusterSettings } from "./settings.ts"

/** Options of {@link clusterLayer}. */
export interface ClusterOptions {
  readonly address: ClusterAddress
  /** The name of this runner, of which there must be no other in the cluster; null for a process that only submits. */
  readonly runner: string | null
  /** How long a runner may be silent before its runs are taken over. */
  readonly takeOverSeconds: number
}

/** What submitters and runners work with. */
export type Cluster =
  | WorkflowEngine
  | Sharding.Sharding
  | MessageStorage
  | PersistedQueue.PersistedQueueFactory
  | ClusterDatabase
  | SqlClient.SqlClient

/**
 * A process of the cluster. Processes speak to each other through the database alone: no runner listens on a port, so that
 * PostgreSQL's own authentication is the only door, runners may be behind any firewall that lets them out, and one that is
 * gone is known by its locks. Polling costs a second at most, which is nothing to runs of minutes.
 */
export function clusterLayer({ address, runner, takeOverSeconds }: ClusterOptions): Layer.Layer<Cluster, ClusterError> {
  const runnerAddress = Option.map(Option.fromNullOr(runner), (name) => RunnerAddress.make(name, 1))
  const { sharding, queue } = clusterSettings(takeOverSeconds)
  const settings = ShardingConfig.layer({ ...sharding, runnerAddress })
  const failed = (action: ClusterError["action"]) =>
    Layer.catchCause((cause: Cause.Cause<unknown>) => {
      if (Cause.hasInterruptsOnly(cause)) return Layer.effectContext(Effect.interrupt)
      const reason = reasonOf(Cause.squash(cause))
      return Layer.effectContext(Effect.fail(new ClusterError({ database: address.shown, action, reason })))
    })
  const engine = ClusterWorkflowEngine.layer.pipe(
    Layer.provideMerge(Sharding.layer),
    Layer.provide(Runners.layerNoop),
    Layer.provideMerge(SqlMessageStorage.layer),
    Layer.provide([SqlRunnerStorage.layer, RunnerHealth.layerNoop, NodeCrypto.layerDigest]),
    Layer.provide(settings)
  )
  const trainings = PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql(queue)))
  return Layer.mergeAll(engine, trainings, ClusterDatabase.layer).pipe(
    oneAtATime,
    // What the engine remarks on, such as a lock that it has to ask for again, it deals with itself.
    Layer.provide(Layer.succeed(References.MinimumLogLevel, "Error")),
    failed("use"),
    Layer.provideMerge(databaseLayer(address).pipe(Layer.tap(firstQuery), failed("reach")))
  )
}

/** Connections to the database. Whoever names certificates gets no connection without TLS. */
const databaseLayer = ({ url, certificates }: ClusterAddress) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const files = yield* FileSystem
      const ssl = certificates === null ? {} : { ssl: { ca: yield* files.readFileString(certificates) } }
      return PgClient.layer({ url, applicationName: "dualcone", connectTimeout: "10 seconds", ...ssl })
    })
  ).pipe(Layer.provide(NodeFileSystem.layer))

/** Any number, the same for all that make tables here. */
const LOCK = 0x4a44636c

/**
 * Builds a layer while no other process builds one on the same database: "create table if not exists" fails where two do so
 * at once, as runners do that are started together.
 */
const oneAtATime = <A, E>(layer: Layer.Layer<A, E, SqlClient.SqlClient>) =>
  Layer.effectContext(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const scope = yield* Effect.scope
      const building = Effect.gen(function* () {
        const connection = yield* sql.reserve
        yield* Effect.acquireRelease(connection.executeRaw(`select pg_advisory_lock(${LOCK})`, []), () =>
          Effect.ignore(connection.executeRaw(`select pg_advisory_unlock(${LOCK})`, []))
        )
        return yield* Layer.buildWithScope(layer, scope)
      })
      return yield* Effect.scoped(building)
    })
  )

const firstQuery = (services: Context.Context<SqlClient.SqlClient>) =>
  SqlClient.SqlClient.use((sql) => sql`select 1`).pipe(Effect.provide(services))
