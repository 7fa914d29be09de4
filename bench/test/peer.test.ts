/** Peers: the protocol, with one that is a few lines of JavaScript; what is said of those that fail. */
import { describe, expect, test } from "bun:test"
import { Peer } from "../peer.ts"
import { oneLayer, softmaxPeer } from "./softmax.ts"

const rejection = async (promise: Promise<unknown>) => {
  try {
    await promise
  } catch (error) {
    return String(error)
  }
  return "nothing was thrown"
}

const handed = {
  description: oneLayer,
  parameters: [
    ["0.weight", new Float32Array(15), [3, 5]],
    ["0.bias", new Float32Array(3), [3]]
  ] as const,
  batches: [{ inputs: new Float32Array(10).fill(2), labels: Int32Array.of(0, 2) }],
  learningRate: 0.1,
  device: "cpu"
} as const

describe("a peer", () => {
  test("says what it is", async () => {
    using peer = softmaxPeer()
    expect(await peer.describe()).toEqual({ library: "softmax 1.0", threads: 1, cuda: null })
  })

  test("gets arrays to the bit: without weights every class of three is as likely", async () => {
    using peer = softmaxPeer()
    const { losses, gradientNorm, weights } = await peer.network(handed)
    expect([...losses]).toEqual([Math.log(3), Math.log(3)])
    // Columns of classes 0 and 2: 1/3 - 1/2 times (2, 2, 2, 2, 2, 1); of class 1: 1/3.
    const inputNorm = Math.sqrt(5 * 4 + 1)
    expect(gradientNorm).toBeCloseTo(inputNorm * Math.sqrt(2 * (1 / 3 - 1 / 2) ** 2 + (1 / 3) ** 2), 12)
    expect(weights).toBeNull()
  })

  test("times the steps that count and no others", async () => {
    using peer = softmaxPeer()
    await peer.network(handed)
    const ms = await peer.steps({ method: "gradient", threads: 1, skip: 3, steps: 4 })
    expect(ms).toHaveLength(4)
    for (const each of ms) expect(each).toBeGreaterThan(0)
  })

  test("that refuses a request is quoted, and goes on", async () => {
    using peer = softmaxPeer()
    await peer.network(handed)
    const asked = { method: "sgd", threads: 1, skip: 0, steps: 1 }
    expect(await rejection(peer.steps(asked))).toContain("the peer failed: Error: unknown method sgd")
    expect(await peer.steps({ ...asked, method: "gradient" })).toHaveLength(1)
  })

  test("that cannot be started, or ends, is named", async () => {
    using missing = new Peer("in /nowhere/python", "/nowhere/python", [])
    expect(await rejection(missing.describe())).toContain("the peer in /nowhere/python did not start")
    using ending = new Peer("short", process.execPath, ["-e", "process.exit(3)"])
    expect(await rejection(ending.describe())).toContain("the peer short ended with code 3")
  })
})
