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
     * parameters −= `rate` · direction, in float64, rounded once.
     */
    descend(rate: number): void;
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
    /**
     * How many threads may share a step.
     */
    threads(): number;
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
     * size (not looked at for `none`), `solver` is `pivoting` or `clarabel`. Up to `threads` threads
     * share the programs of UPGrad.
     *
     * # Errors
     * Refuses zero objectives and names other than these.
     */
    constructor(objectives: number, ridge: string, epsilon: number, solver: string, threads: number);
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
     * How many threads may share the programs.
     */
    readonly threads: number;
    /**
     * Byte offset of the weights.
     */
    readonly weightsPointer: number;
}

/**
 * A network with any rows of its Jacobian, compiled for one batch size.
 *
 * All buffers keep their place for life: inputs (float32, batch × input), labels (int32, batch × losses), targets
 * (float32, batch × outputs under squared error), parameters and direction (float32, `parameterLength`, tensors in
 * PyTorch's order at `offsets`), losses (float64, rows), Gramian (float64, rows × rows), weights (float64, rows),
 * outputs (float32, batch × output), Jacobian (float32, rows × parameters), and what its rows must be multiplied by
 * (float64, rows).
 */
export class GraphNetwork {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * parameters −= `rate` · direction, in float64, rounded once.
     */
    descend(rate: number): void;
    /**
     * Outputs of the first `examples`, dropout left out.
     *
     * # Errors
     * Refuses too many examples, and tokens out of range.
     */
    forward(examples: number): void;
    /**
     * Objectives of the rows, and the direction Jᵀ w for their weights.
     *
     * # Errors
     * As `linearize`.
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
     * Draws all parameters, and seeds the dropout masks.
     */
    initialise(seed: bigint): void;
    /**
     * Objectives of the rows for the first `examples`, and their Jacobian. `step` < 0 leaves dropout out.
     *
     * # Errors
     * Refuses too many examples, and labels and tokens out of range.
     */
    linearize(examples: number, step: number): void;
    /**
     * Where each tensor of the plan begins in the engine's order.
     */
    offsets(): Uint32Array;
    /**
     * What was inferred, as JSON.
     */
    plan(): string;
    /**
     * Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; the number of
     * parameters in the engine's order; byte offsets of the Jacobian and of the scales of its rows; the number of
     * columns that count.
     */
    pointers(): Uint32Array;
    /**
     * The direction Jᵀ w for the first `rows` weights.
     *
     * # Errors
     * Refuses when there is no linearization of as many rows.
     */
    pullback(rows: number): void;
    /**
     * Sets tensor `index` of the plan from PyTorch's order.
     *
     * # Errors
     * Refuses a tensor that the plan has not, or of another size.
     */
    setParameter(index: number, tensor: Float32Array | number[]): void;
    /**
     * Seeds the dropout masks.
     */
    setSeed(seed: bigint): void;
    /**
     * How many threads may share a step.
     */
    threads(): number;
}

/**
 * A network description, layer by layer.
 */
export class NetworkBuilder {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Begins a sum and its first branch: the layers that follow.
     */
    beginSum(): void;
    /**
     * Compiles any network. `objectives`: one a head, with commas between them. `rows`: `examples`, `losses` or
     * `examples-losses`. `jacobian_of`: paths of the columns that count, a line each; empty for all.
     * `plain_outside`: the other parameters get their plain gradient. Up to `threads` threads share a step.
     *
     * # Errors
     * Refuses a network or an option that breaks a rule.
     */
    compileGraph(batch_size: number, objectives: string, rows: string, jacobian_of: string, plain_outside: boolean, threads: number): GraphNetwork;
    /**
     * Compiles the network, a chain, for batches of up to `batch_size` examples. `objective` is `cross-entropy` or
     * `squared-error`; up to `threads` threads share a step.
     *
     * # Errors
     * Refuses a network, a batch size or an objective that breaks a rule.
     */
    compile(batch_size: number, objective: string, threads: number): CpuNetwork;
    /**
     * A convolution.
     */
    conv2d(outputs: number, kernel: number, stride: number, padding: number, groups: number, bias: boolean): void;
    /**
     * Dropout.
     */
    dropout(probability: number): void;
    /**
     * A row of a table for each token.
     */
    embedding(entries: number, width: number): void;
    /**
     * Ends a sum.
     */
    endSum(): void;
    /**
     * Group normalisation.
     */
    groupNorm(groups: number, epsilon: number): void;
    /**
     * Begins a head: the layers that follow.
     */
    head(name: string): void;
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
     * Ends a branch and begins the next one.
     */
    nextBranch(): void;
    /**
     * The largest or the mean entry of each window.
     */
    pool2d(mean: boolean, kernel: number, stride: number): void;
    /**
     * An Elman layer.
     */
    recurrent(hidden: number, bias: boolean): void;
    /**
     * A layer without options: `elu`, `relu`, `tanh`, `sigmoid`, `gelu`, `flatten` or `last-step`.
     *
     * # Errors
     * Refuses other kinds.
     */
    simple(kind: string): void;
    /**
     * Ties the last layer to the one at `path`.
     *
     * # Errors
     * Refuses a layer without parameters.
     */
    tie(path: string): void;
}

/**
 * MGDA, CAGrad, Nash-MTL, FairGrad, Aligned-MTL, IMTL-G, ConFIG and PCD for m objectives.
 *
 * All buffers are float64 and keep their place for life: the Gramian (m·m, row-major), the
 * preference (m, first 1/m each), the state (m, first 1 each), the weights (m) and the report,
 * which is, in this order: converged (1 or 0), residual, iterations. Each method takes the byte
 * offset of the Gramian that it weighs, its own or any other in memory; `dualcone_cone::WeightSolver`
 * says what the methods compute and what their residuals mean.
 */
export class WeightSolver {
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Aligned-MTL with the preference; `mode` 0 scales by the smallest eigenvalue, 1 by the median,
     * 2 by the mean. Without a `cutoff` it is m 2^-23.
     *
     * # Errors
     * Refuses also another mode, a `cutoff` outside [0, 1), and a bad preference.
     */
    alignedMtl(pointer: number, mode: number, cutoff?: number | null): void;
    /**
     * CAGrad with the preference as its mean.
     *
     * # Errors
     * Refuses also a `c` that is negative or not finite, and a bad preference.
     */
    cagrad(pointer: number, c: number): void;
    /**
     * ConFIG with the preference, of which only the ratios matter.
     *
     * # Errors
     * Refuses also a bad preference.
     */
    config(pointer: number): void;
    /**
     * FairGrad. No preference.
     *
     * # Errors
     * Refuses also an `alpha` that is not positive and finite.
     */
    fairgrad(pointer: number, alpha: number): void;
    /**
     * MGDA by Frank-Wolfe. No preference.
     *
     * # Errors
     * Refuses also an `epsilon` that is negative or not finite.
     */
    frankWolfe(pointer: number, epsilon: number, maxIterations: number): void;
    /**
     * IMTL-G. Without a `cutoff` it is m 2^-52. No preference.
     *
     * # Errors
     * Refuses also a `cutoff` outside [0, 1).
     */
    imtlG(pointer: number, cutoff?: number | null): void;
    /**
     * Exact MGDA. No preference.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory; so do all methods.
     */
    mgda(pointer: number): void;
    /**
     * Nash-MTL by the authors' iteration, from the state and with its last iterate left there.
     *
     * # Errors
     * Refuses also a `maxNorm` that is negative or not finite, and a state that is not finite.
     */
    nashMtlOfficial(pointer: number, maxNorm: number, iterations: number): void;
    /**
     * Exact Nash-MTL; `maxNorm` 0 for no bound. No preference, no state.
     *
     * # Errors
     * Refuses also a `maxNorm` that is negative or not finite.
     */
    nashMtl(pointer: number, maxNorm: number): void;
    /**
     * Plans the memory for m `objectives`.
     *
     * # Errors
     * Refuses zero objectives.
     */
    constructor(objectives: number);
    /**
     * PCD for the Gramian of the scaled rows h, row 0 the primary objective. The preference holds
     * the bounds: entry j is tau_j times h_j'h_j, the j-th diagonal entry of that Gramian, for every
     * j from 1 on; entry 0 is not looked at.
     *
     * # Errors
     * Refuses also a bound that is not finite.
     */
    pcd(pointer: number): void;
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
     * Numbers of the report.
     */
    readonly reportLength: number;
    /**
     * Byte offset of the report.
     */
    readonly reportPointer: number;
    /**
     * Byte offset of the state.
     */
    readonly statePointer: number;
    /**
     * Byte offset of the weights.
     */
    readonly weightsPointer: number;
}

/**
 * Ends all workers, as soon as they have finished what they are at.
 */
export function endWorkers(): void;

/**
 * Says that this worker trapped inside `serveAsWorker`: the call that waits for it fails, and later ones do without
 * workers.
 */
export function failAsWorker(): void;

/**
 * The cosine of an angle in radians.
 */
export function realCos(x: number): number;

/**
 * e^x.
 */
export function realExp(x: number): number;

/**
 * The natural logarithm.
 */
export function realLog(x: number): number;

/**
 * log(1 + x), accurate near 0.
 */
export function realLog1p(x: number): number;

/**
 * x^y.
 */
export function realPow(x: number, y: number): number;

/**
 * The sine of an angle in radians.
 */
export function realSin(x: number): number;

/**
 * The hyperbolic tangent.
 */
export function realTanh(x: number): number;

/**
 * A worker's life, as thread number `thread` from 1 on; blocks it until the workers of `generation` are to end.
 */
export function serveAsWorker(thread: number, generation: number): void;

/**
 * What workers are started with: they serve until the next `endWorkers`.
 */
export function workerGeneration(): number;

/**
 * Workers that serve now.
 */
export function workersServing(): number;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_cpunetwork_free: (a: number, b: number) => void;
    readonly __wbg_dualconesolver_free: (a: number, b: number) => void;
    readonly __wbg_graphnetwork_free: (a: number, b: number) => void;
    readonly __wbg_networkbuilder_free: (a: number, b: number) => void;
    readonly __wbg_weightsolver_free: (a: number, b: number) => void;
    readonly cpunetwork_descend: (a: number, b: number) => void;
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
    readonly cpunetwork_threads: (a: number) => number;
    readonly dualconesolver_certificateLength: (a: number) => number;
    readonly dualconesolver_certificatePointer: (a: number) => number;
    readonly dualconesolver_dualproj: (a: number, b: number) => [number, number];
    readonly dualconesolver_gramianPointer: (a: number) => number;
    readonly dualconesolver_new: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => [number, number, number];
    readonly dualconesolver_objectives: (a: number) => number;
    readonly dualconesolver_preferencePointer: (a: number) => number;
    readonly dualconesolver_threads: (a: number) => number;
    readonly dualconesolver_upgrad: (a: number, b: number) => [number, number];
    readonly dualconesolver_weightsPointer: (a: number) => number;
    readonly endWorkers: () => void;
    readonly failAsWorker: () => void;
    readonly graphnetwork_descend: (a: number, b: number) => void;
    readonly graphnetwork_forward: (a: number, b: number) => [number, number];
    readonly graphnetwork_gradient: (a: number, b: number, c: number) => [number, number];
    readonly graphnetwork_gramian: (a: number) => [number, number];
    readonly graphnetwork_initialise: (a: number, b: bigint) => void;
    readonly graphnetwork_linearize: (a: number, b: number, c: number) => [number, number];
    readonly graphnetwork_offsets: (a: number) => [number, number];
    readonly graphnetwork_plan: (a: number) => [number, number];
    readonly graphnetwork_pointers: (a: number) => [number, number];
    readonly graphnetwork_pullback: (a: number, b: number) => [number, number];
    readonly graphnetwork_setParameter: (a: number, b: number, c: number, d: number) => [number, number];
    readonly graphnetwork_setSeed: (a: number, b: bigint) => void;
    readonly graphnetwork_threads: (a: number) => number;
    readonly networkbuilder_beginSum: (a: number) => void;
    readonly networkbuilder_compile: (a: number, b: number, c: number, d: number, e: number) => [number, number, number];
    readonly networkbuilder_compileGraph: (a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number, j: number) => [number, number, number];
    readonly networkbuilder_conv2d: (a: number, b: number, c: number, d: number, e: number, f: number, g: number) => void;
    readonly networkbuilder_dropout: (a: number, b: number) => void;
    readonly networkbuilder_embedding: (a: number, b: number, c: number) => void;
    readonly networkbuilder_endSum: (a: number) => void;
    readonly networkbuilder_groupNorm: (a: number, b: number, c: number) => void;
    readonly networkbuilder_head: (a: number, b: number, c: number) => void;
    readonly networkbuilder_layerNorm: (a: number, b: number) => void;
    readonly networkbuilder_linear: (a: number, b: number, c: number) => void;
    readonly networkbuilder_new: (a: number, b: number) => number;
    readonly networkbuilder_nextBranch: (a: number) => void;
    readonly networkbuilder_pool2d: (a: number, b: number, c: number, d: number) => void;
    readonly networkbuilder_recurrent: (a: number, b: number, c: number) => void;
    readonly networkbuilder_simple: (a: number, b: number, c: number) => [number, number];
    readonly networkbuilder_tie: (a: number, b: number, c: number) => [number, number];
    readonly realCos: (a: number) => number;
    readonly realExp: (a: number) => number;
    readonly realLog: (a: number) => number;
    readonly realLog1p: (a: number) => number;
    readonly realPow: (a: number, b: number) => number;
    readonly realSin: (a: number) => number;
    readonly realTanh: (a: number) => number;
    readonly serveAsWorker: (a: number, b: number) => void;
    readonly weightsolver_alignedMtl: (a: number, b: number, c: number, d: number, e: number) => [number, number];
    readonly weightsolver_cagrad: (a: number, b: number, c: number) => [number, number];
    readonly weightsolver_config: (a: number, b: number) => [number, number];
    readonly weightsolver_fairgrad: (a: number, b: number, c: number) => [number, number];
    readonly weightsolver_frankWolfe: (a: number, b: number, c: number, d: number) => [number, number];
    readonly weightsolver_gramianPointer: (a: number) => number;
    readonly weightsolver_imtlG: (a: number, b: number, c: number, d: number) => [number, number];
    readonly weightsolver_mgda: (a: number, b: number) => [number, number];
    readonly weightsolver_nashMtl: (a: number, b: number, c: number) => [number, number];
    readonly weightsolver_nashMtlOfficial: (a: number, b: number, c: number, d: number) => [number, number];
    readonly weightsolver_new: (a: number) => [number, number, number];
    readonly weightsolver_objectives: (a: number) => number;
    readonly weightsolver_pcd: (a: number, b: number) => [number, number];
    readonly weightsolver_preferencePointer: (a: number) => number;
    readonly weightsolver_reportLength: (a: number) => number;
    readonly weightsolver_reportPointer: (a: number) => number;
    readonly weightsolver_statePointer: (a: number) => number;
    readonly weightsolver_weightsPointer: (a: number) => number;
    readonly workerGeneration: () => number;
    readonly workersServing: () => number;
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
