/**
 * The peer of `softmax-peer.ts`, started for a test, and a network that it knows.
 *
 * @module
 */
import { fileURLToPath } from "node:url"
import type { NetworkDescription } from "@dualcone/network"
import { Peer } from "../peer.ts"

/** One linear layer. */
export const oneLayer: NetworkDescription = {
  name: "one-layer",
  input: [5],
  layers: [{ kind: "linear", outputs: 3 }]
}

/** Starts the peer. */
export function softmaxPeer(...args: readonly "wrong"[]): Peer {
  const script = fileURLToPath(new URL("./softmax-peer.ts", import.meta.url))
  return new Peer("softmax", process.execPath, [script, ...args])
}
