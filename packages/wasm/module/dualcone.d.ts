/* tslint:disable */
/* eslint-disable */

/**
 * A network compiled for one batch size.
 *
 * All buffers keep their place for life: inputs (float32, batch × input), labels (int32, batch), targets
 * (float32, batch × output, for squared error), parameters and direction (float32, `parameterLength`, the
 * engine's order), losses (float64, batch), Gramian (float64, examples × examples), weights (float64, batch),
 * outputs (float32, batch × output).
 */
export class CpuNetwork {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Tensor `index` of the plan, in PyTorch's order, from the vector of the engine's order at byte `pointer`.
     *
     * # Errors
     * Refuses a pointer outside the memory.
     */
    export(index: number, pointer: number): Float32Array;
    /**
     * Outputs of the first `examples`, dropout left out.
     *
     * # Errors
     * Refuses too many examples.
     */
    forward(examples: number): void;
    /**
     * Losses, and the direction Jᵀ w for the first `examples` weights.
     *
     * # Errors
     * Refuses too many examples and labels out of range.
     */
    gradient(examples: number, step: number): void;
    /**
     * G = J Jᵀ of the last linearization.
     *
     * # Errors
     * Refuses when there is none.
     */
    gramian(): void;
    /**
     * Writes tensor `index` of the plan, given in PyTorch's order, into the direction.
     *
     * # Errors
     * Refuses a tensor of another size.
     */
    importToDirection(index: number, tensor: Float32Array | number[]): void;
    /**
     * Draws all parameters, and seeds the dropout masks.
     */
    initialise(seed: bigint): void;
    /**
     * Losses of the first `examples`, and what Gramian and pullback need. `step` < 0 leaves dropout out.
     *
     * # Errors
     * Refuses too many examples and labels out of range.
     */
    linearize(examples: number, step: number): void;
    /**
     * What was inferred, as JSON.
     */
    plan(): string;
    /**
     * Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; then the
     * number of parameters in the engine's order.
     */
    pointers(): Uint32Array;
    /**
     * The direction Jᵀ w for the first `examples` weights.
     *
     * # Errors
     * Refuses when there is no linearization of as many examples.
     */
    pullback(examples: number): void;
    /**
     * Sets tensor `index` of the plan from PyTorch's order.
     *
     * # Errors
     * Refuses a tensor of another size.
     */
    setParameter(index: number, tensor: Float32Array | number[]): void;
    /**
     * Seeds the dropout masks.
     */
    setSeed(seed: bigint): void;
}

/**
 * UPGrad and DualProj for a fixed number of objectives m, ridge and solver.
 *
 * All buffers are float64 and keep their place for life: the Gramian (m·m, row-major), the
 * preference (m, first 1/m each), the weights (m) and the certificate, which is, in this order:
 * certified (1 or 0), residual, worst conflict, extra ridge, then the numbers of projections:
 * all, certified, trivial, by pivoting, by Lawson-Hanson, by Clarabel.
 */
export class DualConeSolver {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Writes the DualProj weights of the Gramian at byte `pointer`, and their certificate.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
     */
    dualproj(pointer: number): void;
    /**
     * Plans the memory for m `objectives`. `ridge` is `trace`, `diagonal` or `none`, `epsilon` its
     * size (not looked at for `none`), `solver` is `pivoting` or `clarabel`.
     *
     * # Errors
     * Refuses zero objectives and names other than these.
     */
    constructor(objectives: number, ridge: string, epsilon: number, solver: string);
    /**
     * Writes the UPGrad weights of the Gramian at byte `pointer`, and their certificate.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
     */
    upgrad(pointer: number): void;
    /**
     * Numbers of the certificate.
     */
    readonly certificateLength: number;
    /**
     * Byte offset of the certificate.
     */
    readonly certificatePointer: number;
    /**
     * Byte offset of this solver's own Gramian.
     */
    readonly gramianPointer: number;
    /**
     * m.
     */
    readonly objectives: number;
    /**
     * Byte offset of the preference.
     */
    readonly preferencePointer: number;
    /**
     * Byte offset of the weights.
     */
    readonly weightsPointer: number;
}

/**
 * A network description, layer by layer.
 */
export class NetworkBuilder {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Compiles the network for batches of up to `batch_size` examples. `objective` is `cross-entropy` or
     * `squared-error`.
     *
     * # Errors
     * Refuses a network, a batch size or an objective that breaks a rule.
     */
    compile(batch_size: number, objective: string): CpuNetwork;
    /**
     * A convolution.
     */
    conv2d(outputs: number, kernel: number, stride: number, padding: number, groups: number, bias: boolean): void;
    /**
     * Dropout.
     */
    dropout(probability: number): void;
    /**
     * Group normalisation.
     */
    groupNorm(groups: number, epsilon: number): void;
    /**
     * Layer normalisation.
     */
    layerNorm(epsilon: number): void;
    /**
     * A fully connected layer.
     */
    linear(outputs: number, bias: boolean): void;
    /**
     * Begins with the shape of one example.
     */
    constructor(input: Uint32Array | number[]);
    /**
     * The largest or the mean entry of each window.
     */
    pool2d(mean: boolean, kernel: number, stride: number): void;
    /**
     * A layer without options: `elu`, `relu`, `tanh`, `sigmoid`, `gelu` or `flatten`.
     *
     * # Errors
     * Refuses other kinds.
     */
    simple(kind: string): void;
}

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_cpunetwork_free: (a: number, b: number) => void;
    readonly __wbg_dualconesolver_free: (a: number, b: number) => void;
    readonly __wbg_networkbuilder_free: (a: number, b: number) => void;
    readonly cpunetwork_export: (a: number, b: number, c: number) => [number, number, number, number];
    readonly cpunetwork_forward: (a: number, b: number) => [number, number];
    readonly cpunetwork_gradient: (a: number, b: number, c: number) => [number, number];
    readonly cpunetwork_gramian: (a: number) => [number, number];
    readonly cpunetwork_importToDirection: (a: number, b: number, c: number, d: number) => [number, number];
    readonly cpunetwork_initialise: (a: number, b: bigint) => void;
    readonly cpunetwork_linearize: (a: number, b: number, c: number) => [number, number];
    readonly cpunetwork_plan: (a: number) => [number, number];
    readonly cpunetwork_pointers: (a: number) => [number, number];
    readonly cpunetwork_pullback: (a: number, b: number) => [number, number];
    readonly cpunetwork_setParameter: (a: number, b: number, c: number, d: number) => [number, number];
    readonly cpunetwork_setSeed: (a: number, b: bigint) => void;
    readonly dualconesolver_certificateLength: (a: number) => number;
    readonly dualconesolver_certificatePointer: (a: number) => number;
    readonly dualconesolver_dualproj: (a: number, b: number) => [number, number];
    readonly dualconesolver_gramianPointer: (a: number) => number;
    readonly dualconesolver_new: (a: number, b: number, c: number, d: number, e: number, f: number) => [number, number, number];
    readonly dualconesolver_objectives: (a: number) => number;
    readonly dualconesolver_preferencePointer: (a: number) => number;
    readonly dualconesolver_upgrad: (a: number, b: number) => [number, number];
    readonly dualconesolver_weightsPointer: (a: number) => number;
    readonly networkbuilder_compile: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly networkbuilder_conv2d: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly networkbuilder_dropout: (a: number, b: number) => void;
    readonly networkbuilder_groupNorm: (a: number, b: number, c: number) => void;
    readonly networkbuilder_layerNorm: (a: number, b: number) => void;
    readonly networkbuilder_linear: (a: number, b: number, c: number) => void;
    readonly networkbuilder_new: (a: number, b: number) => number;
    readonly networkbuilder_pool2d: (a: number, b: number, c: number, d: number) => void;
    readonly networkbuilder_simple: (a: number, b: number, c: number) => [number, number];
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
