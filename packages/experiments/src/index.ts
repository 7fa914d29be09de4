// The rest of ./cluster is an entry of its own: who does not use a cluster does not load a client of PostgreSQL.
export { type ClusterAddress, parseClusterAddress } from "./cluster/address.ts"
export { ClusterError } from "./cluster/errors.ts"
export { TAKE_OVER_SECONDS } from "./cluster/settings.ts"
export * from "./protocol/index.ts"
export * from "./store/index.ts"
export * from "./sweep/index.ts"
export * from "./workers/index.ts"
