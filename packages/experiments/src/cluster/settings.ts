/**
 * How long runners of a cluster may be silent.
 *
 * @module
 */
import type * as ShardingConfig from "effect/cluster/ShardingConfig"
import type * as PersistedQueue from "effect/persistence/PersistedQueue"

/** Seconds after which the runs of a silent runner are taken over, where nothing else is said. */
export const TAKE_OVER_SECONDS = 15

/** Workflows only submit and record; more shards than runners give each of them a share of that. */
const SHARDS = 60

/** What a cluster does how often. */
export interface ClusterSettings {
  readonly sharding: Partial<ShardingConfig.ShardingConfig["Service"]>
  readonly queue: NonNullable<Parameters<typeof PersistedQueue.layerStoreSql>[0]>
}

/**
 * Intervals of the cluster for one time of take-over, which all processes of a cluster must share: locks are renewed four
 * times within it, and what waits is asked for once a second at least. The engine's own ten seconds for a message and 35
 * for a take-over are for requests that runners send to each other's ports.
 */
export function clusterSettings(takeOverSeconds: number): ClusterSettings {
  const expiration = takeOverSeconds * 1000
  const refresh = expiration / 4
  const poll = Math.min(1000, expiration / 8)
  return {
    sharding: {
      shardsPerGroup: SHARDS,
      shardLockExpiration: expiration,
      shardLockRefreshInterval: refresh,
      refreshAssignmentsInterval: poll,
      entityMessagePollInterval: poll,
      entityReplyPollInterval: poll,
      runnerHealthCheckInterval: poll
    },
    queue: {
      tableName: "dualcone_queue",
      pollInterval: poll,
      lockExpiration: expiration,
      lockRefreshInterval: refresh
    }
  }
}
