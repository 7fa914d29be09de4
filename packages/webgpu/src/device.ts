/**
 * A device that has computed right numbers, or the reason why there is none.
 *
 * WebGPU comes from the `gpu` that is given, from `navigator.gpu` (browsers, Deno), or from the npm package `webgpu`
 * (Dawn) where it is installed beside Bun or Node.
 *
 * @module
 */
import { canary } from "./canary.ts"
import { WebGpuError } from "./errors.ts"

/** How a device is asked for. */
export interface DeviceOptions {
  /** Default: `navigator.gpu`, or the npm package `webgpu`. */
  readonly gpu?: GPU
  /** Default: the system's choice. */
  readonly powerPreference?: GPUPowerPreference
  /**
   * Only a GPU of hardware: programs that compute like one are slower than the engine on the CPU. On Linux without a
   * GPU no driver is loaded then, because drivers that find nothing say so on stderr. Default false.
   */
  readonly hardware?: boolean
  /** Where the adapter has a clock (`timestamp-query`), ask for it: `profile` of an engine reads it. Default false. */
  readonly timestamps?: boolean
}

/** What the adapter says of itself. */
export interface AdapterFacts {
  /** Where WebGPU came from. */
  readonly source: "given" | "navigator" | "npm"
  readonly vendor: string
  readonly architecture: string
  readonly description: string
  /** Names of the optional features of the adapter, sorted; the engine needs none. */
  readonly features: readonly string[]
  /** Limits of the adapter that the engine looks at. */
  readonly limits: {
    readonly maxStorageBuffersPerShaderStage: number
    readonly maxStorageBufferBindingSize: number
    readonly maxComputeWorkgroupStorageSize: number
    readonly maxComputeInvocationsPerWorkgroup: number
  }
}

/** A trusted device. Dispose it to give the GPU's memory back. */
export interface WebGpuDevice extends Disposable {
  readonly device: GPUDevice
  readonly adapter: AdapterFacts
  /** Why the device is gone, once it is. */
  readonly lost: WebGpuError | null
  /**
   * The promise, or a rejection with `lost` as soon as the device is gone: afterwards some runtimes resolve pending
   * promises as if nothing had happened.
   */
  guard<A>(promise: Promise<A>): Promise<A>
}

/** What {@link requestDevice} found. */
export type DeviceResult =
  | { readonly found: true; readonly gpu: WebGpuDevice }
  | {
      readonly found: false
      /** `no-adapter` says what to install; `canary` what was computed instead. */
      readonly error: WebGpuError
      /** Null without an adapter. */
      readonly adapter: AdapterFacts | null
    }

const INSTALL =
  "in Bun and Node install the npm package webgpu; in Deno and browsers update the graphics driver (on Linux without a GPU, SwiftShader's or Mesa's Vulkan driver, named in VK_ICD_FILENAMES)"

/**
 * Asks for a device and lets it compute known numbers first. Nothing beyond the limits and features that every WebGPU
 * implementation offers is requested, but for the clock. Failures are results, not exceptions.
 */
export async function requestDevice(options: DeviceOptions = {}): Promise<DeviceResult> {
  let adapterFacts: AdapterFacts | null = null
  try {
    const { hardware = false } = options
    const found = hardware && !mayHaveHardware() ? null : await findGpu(options.gpu)
    if (found === null) throw new WebGpuError("no-adapter", `there is no WebGPU here; ${INSTALL}`)
    const { powerPreference } = options
    const adapter = await found.gpu.requestAdapter(powerPreference === undefined ? {} : { powerPreference })
    if (adapter === null) throw new WebGpuError("no-adapter", `WebGPU found no GPU it can use; ${INSTALL}`)
    adapterFacts = factsOf(adapter, found.source)
    if (hardware && isSoftware(adapterFacts)) {
      const { vendor, architecture } = adapterFacts
      throw new WebGpuError(
        "no-adapter",
        `the GPU is a program (${vendor} ${architecture}), slower than the CPU engine`
      )
    }
    const timed = options.timestamps === true && adapter.features.has("timestamp-query")
    const device = await adapter.requestDevice(timed ? { requiredFeatures: ["timestamp-query"] } : {})
    const gpu = watch(device, adapterFacts, found.gpu)
    const wrong = await gpu.guard(canary(gpu.device)).catch((error: unknown) => String(error))
    if (wrong === null) return { found: true, gpu }
    gpu[Symbol.dispose]()
    const { vendor, architecture } = adapterFacts
    throw new WebGpuError("canary", `the GPU (${vendor} ${architecture}) failed its first kernel: ${wrong}`)
  } catch (cause) {
    const error =
      cause instanceof WebGpuError
        ? cause
        : new WebGpuError("no-adapter", `WebGPU refused a device: ${String(cause)}`, { cause })
    return { found: false, error, adapter: adapterFacts }
  }
}

/** A GPU that is a program. */
export function isSoftware({ vendor, architecture, description }: AdapterFacts): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(`${vendor} ${architecture} ${description}`)
}

/** Where the kernel of Linux shows a GPU: render nodes, NVIDIA's own, and that of WSL. */
const LINUX_GPUS = ["/dev/dri", "/dev/nvidiactl", "/dev/dxg"]

/** False where it is certain that there is none. */
function mayHaveHardware(): boolean {
  const { process } = globalThis
  if (process?.platform !== "linux") return true
  // Asked for at run time, so that bundlers for browsers never see an import of `node:fs`.
  const files = process.getBuiltinModule?.("node:fs")
  return files === undefined || LINUX_GPUS.some((path) => files.existsSync(path))
}

async function findGpu(given: GPU | undefined): Promise<{ gpu: GPU; source: AdapterFacts["source"] } | null> {
  if (given !== undefined) return { gpu: given, source: "given" }
  const own = typeof navigator === "object" && "gpu" in navigator ? navigator.gpu : undefined
  if (own !== undefined) return { gpu: own, source: "navigator" }
  const installed = await npmGpu()
  return installed === null ? null : { gpu: installed, source: "npm" }
}

interface Dawn {
  create(options: readonly string[]): GPU
}

const isDawn = (module: unknown): module is Dawn =>
  typeof module === "object" && module !== null && "create" in module && typeof module.create === "function"

/** The npm package is optional: its name is kept from bundlers, which would insist on it. */
async function npmGpu(): Promise<GPU | null> {
  if (typeof process !== "object") return null
  const name = ["web", "gpu"].join("")
  const module: unknown = await import(/* @vite-ignore */ /* webpackIgnore: true */ name).catch(() => null)
  return isDawn(module) ? module.create([]) : null
}

function factsOf(adapter: GPUAdapter, source: AdapterFacts["source"]): AdapterFacts {
  const { vendor, architecture, description } = adapter.info
  const { limits } = adapter
  return {
    source,
    vendor,
    architecture,
    description,
    features: [...adapter.features].map(String).sort(),
    limits: {
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup
    }
  }
}

/** Watches for the loss of a device. `instance` is kept: devices of Dawn die with the object that made them. */
function watch(device: GPUDevice, adapter: AdapterFacts, instance: GPU): WebGpuDevice & { readonly instance: GPU } {
  let lost: WebGpuError | null = null
  // Racing every promise against `device.lost` itself would keep all of them alive as long as the device.
  const waiting = new Set<(error: WebGpuError) => void>()
  const lose = (error: WebGpuError) => {
    lost ??= error
    for (const reject of waiting) reject(lost)
    waiting.clear()
  }
  device.lost.then((info) => {
    lose(new WebGpuError("lost", `the GPU device was lost (${info.reason}): ${info.message}`))
  })
  return {
    device,
    adapter,
    instance,
    get lost() {
      return lost
    },
    guard: (promise) =>
      new Promise((resolve, reject) => {
        if (lost !== null) {
          promise.catch(() => {}) // whatever it says comes from a device that is gone
          reject(lost)
          return
        }
        waiting.add(reject)
        promise.then(resolve, reject).finally(() => waiting.delete(reject))
      }),
    [Symbol.dispose]() {
      lose(new WebGpuError("lost", "the GPU device was disposed of"))
      device.destroy()
    }
  }
}
