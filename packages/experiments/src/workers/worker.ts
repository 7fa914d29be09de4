/**
 * The program of a worker thread: trains the runs that it is given, one at a time, on one thread of the CPU engine:
 * runs side by side use the cores better than the threads of one.
 *
 * @module
 */
import { CpuEngine } from "@dualcone/descent"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Layer from "effect/Layer"
import { makeDataSets } from "../sweep/data-sets.ts"
import type { WorkerRequest } from "./messages.ts"
import { serveWork } from "./serve-work.ts"
import { trainRun } from "./train-run.ts"

type TrainRequest = Extract<WorkerRequest, { readonly kind: "train" }>

const dataSets = makeDataSets()

serveWork(
  ({ run, ...kept }: TrainRequest, report) => trainRun(run, { dataSets, ...kept, report }),
  Layer.merge(CpuEngine.on(1), NodeServices.layer)
)
