/**
 * A device that counts what is asked of it: what a step costs beside its arithmetic.
 *
 * @module
 */
import type { WebGpuDevice } from "./device.ts"

/** How often, since the device was wrapped. */
export interface Counts {
  readonly buffers: number
  /** Of the buffers that live. */
  readonly bytes: number
  readonly bindGroups: number
  readonly pipelines: number
  readonly submits: number
  readonly dispatches: number
  /** Buffers mapped to be read by the host. */
  readonly readbacks: number
}

type Mutable = { -readonly [name in keyof Counts]: Counts[name] }
type Method = (...given: readonly unknown[]) => unknown

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** `target` with some methods replaced; all others are the target's own. */
function replacing<T extends object>(target: T, replaced: (key: string | symbol, method: Method) => Method | null): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object)
      if (typeof value !== "function") return value
      const own: Method = (...given) => Reflect.apply(value, object, given)
      return replaced(key, own) ?? own
    }
  })
}

/** What is counted. */
export interface CountingOptions {
  /**
   * Whether a kernel, by its label, is run at all: a device that leaves some out is one that computes wrong numbers.
   * Default: all are.
   */
  readonly runs?: (kernel: string) => boolean
}

/** The device, and the counts so far. */
export function counting(
  gpu: WebGpuDevice,
  { runs = () => true }: CountingOptions = {}
): { readonly gpu: WebGpuDevice; readonly counts: Counts } {
  const counts: Mutable = {
    ...{ buffers: 0, bytes: 0, bindGroups: 0, pipelines: 0, submits: 0, dispatches: 0, readbacks: 0 }
  }
  const made = (value: unknown, replaced: Parameters<typeof replacing>[1]): unknown =>
    isObject(value) ? replacing(value, replaced) : value
  const passReplacement = () => {
    let kernel = ""
    return (key: string | symbol, method: Method): Method | null => {
      if (key === "setPipeline") {
        return (...given) => {
          const [pipeline] = given
          kernel = isObject(pipeline) && "label" in pipeline ? String(pipeline.label) : ""
          return method(...given)
        }
      }
      if (key !== "dispatchWorkgroups") return null
      return (...given) => {
        counts.dispatches++
        return runs(kernel) ? method(...given) : undefined
      }
    }
  }
  const encoder = (key: string | symbol, method: Method): Method | null =>
    key === "beginComputePass" ? (...given) => made(method(...given), passReplacement()) : null
  const queue = replacing(gpu.device.queue, (key, method) => {
    if (key !== "submit") return null
    return (...given) => {
      counts.submits++
      return method(...given)
    }
  })
  const counted: Readonly<Record<string, "bindGroups" | "pipelines">> = {
    createBindGroup: "bindGroups",
    createComputePipelineAsync: "pipelines"
  }
  const device = replacing(gpu.device, (key, method) => {
    if (key === "createCommandEncoder") return (...given) => made(method(...given), encoder)
    const name = typeof key === "string" ? counted[key] : undefined
    if (name === undefined) return null
    return (...given) => {
      counts[name]++
      return method(...given)
    }
  })
  // Buffers go back into WebGPU, which takes no proxies: they keep their identity and get two methods of their own.
  const createBuffer = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    const buffer = gpu.device.createBuffer(descriptor)
    counts.buffers++
    counts.bytes += descriptor.size
    const { mapAsync, destroy } = buffer
    let alive = true
    Object.assign(buffer, {
      mapAsync(...given: Parameters<GPUBuffer["mapAsync"]>) {
        counts.readbacks++
        return Reflect.apply(mapAsync, buffer, given)
      },
      destroy() {
        if (alive) counts.bytes -= descriptor.size
        alive = false
        return Reflect.apply(destroy, buffer, [])
      }
    })
    return buffer
  }
  const proxied = new Proxy(device, {
    get(object, key) {
      if (key === "queue") return queue
      return key === "createBuffer" ? createBuffer : Reflect.get(object, key, object)
    }
  })
  return {
    counts,
    gpu: {
      device: proxied,
      adapter: gpu.adapter,
      get lost() {
        return gpu.lost
      },
      guard: (promise) => gpu.guard(promise),
      [Symbol.dispose]: () => gpu[Symbol.dispose]()
    }
  }
}
