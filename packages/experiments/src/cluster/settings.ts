/**
 * How long runners of a cluster may be silent.
 *
 * @module
 */
import type * as ShardingConfig from "effect/cluster/ShardingConfig"

/** Seconds after which the runs of a silent runner are taken over, where nothing else is said. */
export const TAKE_OVER_SECONDS = 15

/**
 * Intervals of the cluster for one time of take-over, which all processes of a cluster must share: locks are renewed four
 * times within it and anything that waits is asked for once a second at least. Runs take minutes, so that the engine's own
 * defaults for requests, with their ten seconds of waiting for a message, serve no purpose here.
 */
export function shardingSettings(takeOverSeconds: number): Partial<ShardingConfig.ShardingConfig["Service"]> {
  const milliseconds = takeOverSeconds * 1000
  const poll = Math.min(1000, milliseconds / 8)
  return {
    shardLockExpiration: milliseconds,
    shardLockRefreshInterval: milliseconds / 4,
    refreshAssignmentsInterval: poll,
    entityMessagePollInterval: poll,
    entityReplyPollInterval: poll,
    runnerHealthCheckInterval: poll,
    // A handed-over run waits no longer for its worker than the worker may take to write its checkpoint.
    entityTerminationTimeout: "12 seconds"
  }
}
