/** A device that counts what is asked of it. */

/** How often. */
export interface Counts {
  buffers: number
  bindGroups: number
  pipelines: number
  submits: number
  dispatches: number
}

/** `target` with some methods replaced; all others are the target's own. */
function replacing<T extends object>(
  target: T,
  replaced: (key: string | symbol, method: Method) => Method | undefined
): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object)
      if (typeof value !== "function") return value
      const own: Method = (...given) => Reflect.apply(value, object, given)
      return replaced(key, own) ?? own
    }
  })
}

type Method = (...given: readonly unknown[]) => unknown

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** The device, and the counts so far. Given `dispatch: false` it leaves every dispatch out, as a null backend does. */
export function counting(device: GPUDevice, { dispatch = true } = {}): { device: GPUDevice; counts: Counts } {
  const counts: Counts = { buffers: 0, bindGroups: 0, pipelines: 0, submits: 0, dispatches: 0 }
  const made = (value: unknown, replaced: Parameters<typeof replacing>[1]): unknown =>
    isObject(value) ? replacing(value, replaced) : value
  const pass = (key: string | symbol, method: Method): Method | undefined => {
    if (key !== "dispatchWorkgroups") return undefined
    return (...given) => {
      counts.dispatches++
      return dispatch ? method(...given) : undefined
    }
  }
  const encoder = (key: string | symbol, method: Method): Method | undefined => {
    if (key !== "beginComputePass") return undefined
    return (...given) => made(method(...given), pass)
  }
  const queue = replacing(device.queue, (key, method) => {
    if (key !== "submit") return undefined
    return (...given) => {
      counts.submits++
      return method(...given)
    }
  })
  const counted: Readonly<Record<string, keyof Counts>> = {
    createBuffer: "buffers",
    createBindGroup: "bindGroups",
    createComputePipelineAsync: "pipelines"
  }
  const wrapped = replacing(device, (key, method) => {
    if (key === "createCommandEncoder") return (...given) => made(method(...given), encoder)
    const name = typeof key === "string" ? counted[key] : undefined
    if (name === undefined) return undefined
    return (...given) => {
      counts[name]++
      return method(...given)
    }
  })
  const proxied = new Proxy(wrapped, {
    get: (object, key) => (key === "queue" ? queue : Reflect.get(object, key, object))
  })
  return { device: proxied, counts }
}
