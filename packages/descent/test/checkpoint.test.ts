/** Files that are not checkpoints are told as such. */
import { expect, test } from "bun:test"
import { writeSafetensors } from "@dualcone/network"
import { decodeCheckpoint, encodeCheckpoint } from "../src/index.ts"
import { memoryStore, run, training } from "./problem.ts"

async function checkpoint() {
  const { store, written } = memoryStore()
  await run({ ...training(), store }, 2)
  const [last] = written.slice(-1)
  if (last === undefined) throw new Error("a stopped run leaves a checkpoint")
  return last
}

test("a checkpoint reads back to what was written", async () => {
  const saved = await checkpoint()
  const read = decodeCheckpoint(encodeCheckpoint(saved), "file")
  expect(read.iteration).toBe(2)
  expect(read.identity).toEqual(JSON.parse(JSON.stringify(saved.identity)))
  expect(read.parameters.get("0.weight")).toEqual(saved.parameters.get("0.weight"))
  expect(read.optimizer.get("momentum")?.get("0.bias")).toEqual(saved.optimizer.get("momentum")?.get("0.bias"))
  expect(read.history).toEqual(saved.history)
  expect(read.shapes.get("0.weight")).toEqual([3, 3])
})

test("every cut of the file is refused", async () => {
  const bytes = encodeCheckpoint(await checkpoint())
  for (let length = 0; length < bytes.length; length += 97) {
    expect(() => decodeCheckpoint(bytes.slice(0, length), "cut")).toThrow("cut")
  }
})

test("other safetensors files are refused by their format", () => {
  expect(() => decodeCheckpoint(writeSafetensors([]), "other")).toThrow("the format of other is missing")
  const metadata = { format: "dualcone-checkpoint-1", iteration: "1", run: "{}" }
  expect(() => decodeCheckpoint(writeSafetensors([], metadata), "other")).toThrow("history.losses of other")
  expect(() => decodeCheckpoint(writeSafetensors([], { ...metadata, iteration: "-1" }), "other")).toThrow("iteration")
})
