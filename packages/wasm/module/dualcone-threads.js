/* @ts-self-types="./dualcone-threads.d.ts" */

/**
 * A network compiled for one batch size.
 *
 * All buffers keep their place for life: inputs (float32, batch × input), labels (int32, batch), targets
 * (float32, batch × output, for squared error), parameters and direction (float32, `parameterLength`, the
 * engine's order), losses (float64, batch), Gramian (float64, examples × examples), weights (float64, batch),
 * outputs (float32, batch × output).
 */
export class CpuNetwork {
    static __wrap(ptr) {
        const obj = Object.create(CpuNetwork.prototype);
        obj.__wbg_ptr = ptr;
        CpuNetworkFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        CpuNetworkFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_cpunetwork_free(ptr, 0);
    }
    /**
     * parameters −= `rate` · direction, in float64, rounded once.
     * @param {number} rate
     */
    descend(rate) {
        wasm.cpunetwork_descend(this.__wbg_ptr, rate);
    }
    /**
     * Tensor `index` of the plan, in PyTorch's order, from the vector of the engine's order at byte `pointer`.
     *
     * # Errors
     * Refuses a pointer outside the memory.
     * @param {number} index
     * @param {number} pointer
     * @returns {Float32Array}
     */
    export(index, pointer) {
        const ret = wasm.cpunetwork_export(this.__wbg_ptr, index, pointer);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * Outputs of the first `examples`, dropout left out.
     *
     * # Errors
     * Refuses too many examples.
     * @param {number} examples
     */
    forward(examples) {
        const ret = wasm.cpunetwork_forward(this.__wbg_ptr, examples);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Losses, and the direction Jᵀ w for the first `examples` weights.
     *
     * # Errors
     * Refuses too many examples and labels out of range.
     * @param {number} examples
     * @param {number} step
     */
    gradient(examples, step) {
        const ret = wasm.cpunetwork_gradient(this.__wbg_ptr, examples, step);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * G = J Jᵀ of the last linearization.
     *
     * # Errors
     * Refuses when there is none.
     */
    gramian() {
        const ret = wasm.cpunetwork_gramian(this.__wbg_ptr);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Writes tensor `index` of the plan, given in PyTorch's order, into the direction.
     *
     * # Errors
     * Refuses a tensor of another size.
     * @param {number} index
     * @param {Float32Array | number[]} tensor
     */
    importToDirection(index, tensor) {
        const val2 = +index;
        const ptr0 = passArrayF32ToWasm0(tensor, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.cpunetwork_importToDirection(this.__wbg_ptr, val2, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Draws all parameters, and seeds the dropout masks.
     * @param {bigint} seed
     */
    initialise(seed) {
        wasm.cpunetwork_initialise(this.__wbg_ptr, seed);
    }
    /**
     * Losses of the first `examples`, and what Gramian and pullback need. `step` < 0 leaves dropout out.
     *
     * # Errors
     * Refuses too many examples and labels out of range.
     * @param {number} examples
     * @param {number} step
     */
    linearize(examples, step) {
        const ret = wasm.cpunetwork_linearize(this.__wbg_ptr, examples, step);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * What was inferred, as JSON.
     * @returns {string}
     */
    plan() {
        let deferred1_0;
        let deferred1_1;
        try {
            const ret = wasm.cpunetwork_plan(this.__wbg_ptr);
            deferred1_0 = ret[0];
            deferred1_1 = ret[1];
            return getStringFromWasm0(ret[0], ret[1]);
        } finally {
            wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
        }
    }
    /**
     * Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; then the
     * number of parameters in the engine's order.
     * @returns {Uint32Array}
     */
    pointers() {
        const ret = wasm.cpunetwork_pointers(this.__wbg_ptr);
        var v1 = getArrayU32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * The direction Jᵀ w for the first `examples` weights.
     *
     * # Errors
     * Refuses when there is no linearization of as many examples.
     * @param {number} examples
     */
    pullback(examples) {
        const ret = wasm.cpunetwork_pullback(this.__wbg_ptr, examples);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Sets tensor `index` of the plan from PyTorch's order.
     *
     * # Errors
     * Refuses a tensor of another size.
     * @param {number} index
     * @param {Float32Array | number[]} tensor
     */
    setParameter(index, tensor) {
        const val2 = +index;
        const ptr0 = passArrayF32ToWasm0(tensor, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.cpunetwork_setParameter(this.__wbg_ptr, val2, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Seeds the dropout masks.
     * @param {bigint} seed
     */
    setSeed(seed) {
        wasm.cpunetwork_setSeed(this.__wbg_ptr, seed);
    }
    /**
     * How many threads may share a step.
     * @returns {number}
     */
    threads() {
        const ret = wasm.cpunetwork_threads(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) CpuNetwork.prototype[Symbol.dispose] = CpuNetwork.prototype.free;

/**
 * UPGrad and DualProj for a fixed number of objectives m, ridge and solver.
 *
 * All buffers are float64 and keep their place for life: the Gramian (m·m, row-major), the
 * preference (m, first 1/m each), the weights (m) and the certificate, which is, in this order:
 * certified (1 or 0), residual, worst conflict, extra ridge, then the numbers of projections:
 * all, certified, trivial, by pivoting, by Lawson-Hanson, by Clarabel.
 */
export class DualConeSolver {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        DualConeSolverFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_dualconesolver_free(ptr, 0);
    }
    /**
     * Numbers of the certificate.
     * @returns {number}
     */
    get certificateLength() {
        const ret = wasm.dualconesolver_certificateLength(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Byte offset of the certificate.
     * @returns {number}
     */
    get certificatePointer() {
        const ret = wasm.dualconesolver_certificatePointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Writes the DualProj weights of the Gramian at byte `pointer`, and their certificate.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
     * @param {number} pointer
     */
    dualproj(pointer) {
        const ret = wasm.dualconesolver_dualproj(this.__wbg_ptr, pointer);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Byte offset of this solver's own Gramian.
     * @returns {number}
     */
    get gramianPointer() {
        const ret = wasm.dualconesolver_gramianPointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Plans the memory for m `objectives`. `ridge` is `trace`, `diagonal` or `none`, `epsilon` its
     * size (not looked at for `none`), `solver` is `pivoting` or `clarabel`. Up to `threads` threads
     * share the programs of UPGrad.
     *
     * # Errors
     * Refuses zero objectives and names other than these.
     * @param {number} objectives
     * @param {string} ridge
     * @param {number} epsilon
     * @param {string} solver
     * @param {number} threads
     */
    constructor(objectives, ridge, epsilon, solver, threads) {
        const val3 = +objectives;
        const val4 = +epsilon;
        const val5 = +threads;
        let ptr0, len0, ptr1, len1;
        try {
            ptr0 = passStringToWasm0(ridge, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passStringToWasm0(solver, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len1 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 1, 1); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 1, 1); }
            throw e;
        }
        const ret = wasm.dualconesolver_new(val3, ptr0, len0, val4, ptr1, len1, val5);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        DualConeSolverFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * m.
     * @returns {number}
     */
    get objectives() {
        const ret = wasm.dualconesolver_objectives(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Byte offset of the preference.
     * @returns {number}
     */
    get preferencePointer() {
        const ret = wasm.dualconesolver_preferencePointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * How many threads may share the programs.
     * @returns {number}
     */
    get threads() {
        const ret = wasm.dualconesolver_threads(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Writes the UPGrad weights of the Gramian at byte `pointer`, and their certificate.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
     * @param {number} pointer
     */
    upgrad(pointer) {
        const ret = wasm.dualconesolver_upgrad(this.__wbg_ptr, pointer);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Byte offset of the weights.
     * @returns {number}
     */
    get weightsPointer() {
        const ret = wasm.dualconesolver_weightsPointer(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) DualConeSolver.prototype[Symbol.dispose] = DualConeSolver.prototype.free;

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
    static __wrap(ptr) {
        const obj = Object.create(GraphNetwork.prototype);
        obj.__wbg_ptr = ptr;
        GraphNetworkFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        GraphNetworkFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_graphnetwork_free(ptr, 0);
    }
    /**
     * parameters −= `rate` · direction, in float64, rounded once.
     * @param {number} rate
     */
    descend(rate) {
        wasm.graphnetwork_descend(this.__wbg_ptr, rate);
    }
    /**
     * Outputs of the first `examples`, dropout left out.
     *
     * # Errors
     * Refuses too many examples, and tokens out of range.
     * @param {number} examples
     */
    forward(examples) {
        const ret = wasm.graphnetwork_forward(this.__wbg_ptr, examples);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Objectives of the rows, and the direction Jᵀ w for their weights.
     *
     * # Errors
     * As `linearize`.
     * @param {number} examples
     * @param {number} step
     */
    gradient(examples, step) {
        const ret = wasm.graphnetwork_gradient(this.__wbg_ptr, examples, step);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * G = J Jᵀ of the last linearization.
     *
     * # Errors
     * Refuses when there is none.
     */
    gramian() {
        const ret = wasm.graphnetwork_gramian(this.__wbg_ptr);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Draws all parameters, and seeds the dropout masks.
     * @param {bigint} seed
     */
    initialise(seed) {
        wasm.graphnetwork_initialise(this.__wbg_ptr, seed);
    }
    /**
     * Objectives of the rows for the first `examples`, and their Jacobian. `step` < 0 leaves dropout out.
     *
     * # Errors
     * Refuses too many examples, and labels and tokens out of range.
     * @param {number} examples
     * @param {number} step
     */
    linearize(examples, step) {
        const ret = wasm.graphnetwork_linearize(this.__wbg_ptr, examples, step);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Where each tensor of the plan begins in the engine's order.
     * @returns {Uint32Array}
     */
    offsets() {
        const ret = wasm.graphnetwork_offsets(this.__wbg_ptr);
        var v1 = getArrayU32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * What was inferred, as JSON.
     * @returns {string}
     */
    plan() {
        let deferred1_0;
        let deferred1_1;
        try {
            const ret = wasm.graphnetwork_plan(this.__wbg_ptr);
            deferred1_0 = ret[0];
            deferred1_1 = ret[1];
            return getStringFromWasm0(ret[0], ret[1]);
        } finally {
            wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
        }
    }
    /**
     * Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; the number of
     * parameters in the engine's order; byte offsets of the Jacobian and of the scales of its rows; the number of
     * columns that count.
     * @returns {Uint32Array}
     */
    pointers() {
        const ret = wasm.graphnetwork_pointers(this.__wbg_ptr);
        var v1 = getArrayU32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * The direction Jᵀ w for the first `rows` weights.
     *
     * # Errors
     * Refuses when there is no linearization of as many rows.
     * @param {number} rows
     */
    pullback(rows) {
        const ret = wasm.graphnetwork_pullback(this.__wbg_ptr, rows);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Sets tensor `index` of the plan from PyTorch's order.
     *
     * # Errors
     * Refuses a tensor that the plan has not, or of another size.
     * @param {number} index
     * @param {Float32Array | number[]} tensor
     */
    setParameter(index, tensor) {
        const val2 = +index;
        const ptr0 = passArrayF32ToWasm0(tensor, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.graphnetwork_setParameter(this.__wbg_ptr, val2, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Seeds the dropout masks.
     * @param {bigint} seed
     */
    setSeed(seed) {
        wasm.graphnetwork_setSeed(this.__wbg_ptr, seed);
    }
    /**
     * How many threads may share a step.
     * @returns {number}
     */
    threads() {
        const ret = wasm.graphnetwork_threads(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) GraphNetwork.prototype[Symbol.dispose] = GraphNetwork.prototype.free;

/**
 * A network description, layer by layer.
 */
export class NetworkBuilder {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        NetworkBuilderFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_networkbuilder_free(ptr, 0);
    }
    /**
     * Begins a sum and its first branch: the layers that follow.
     */
    beginSum() {
        wasm.networkbuilder_beginSum(this.__wbg_ptr);
    }
    /**
     * Compiles any network. `objectives`: one a head, with commas between them. `rows`: `examples`, `losses` or
     * `examples-losses`. `jacobian_of`: paths of the columns that count, a line each; empty for all.
     * `plain_outside`: the other parameters get their plain gradient. Up to `threads` threads share a step.
     *
     * # Errors
     * Refuses a network or an option that breaks a rule.
     * @param {number} batch_size
     * @param {string} objectives
     * @param {string} rows
     * @param {string} jacobian_of
     * @param {boolean} plain_outside
     * @param {number} threads
     * @returns {GraphNetwork}
     */
    compileGraph(batch_size, objectives, rows, jacobian_of, plain_outside, threads) {
        const val4 = +batch_size;
        const val5 = +plain_outside;
        const val6 = +threads;
        let ptr0, len0, ptr1, len1, ptr2, len2;
        try {
            ptr0 = passStringToWasm0(objectives, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len0 = WASM_VECTOR_LEN;
            ptr1 = passStringToWasm0(rows, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len1 = WASM_VECTOR_LEN;
            ptr2 = passStringToWasm0(jacobian_of, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            len2 = WASM_VECTOR_LEN;
        } catch (e) {
            if (ptr2) { wasm.__wbindgen_free(ptr2, len2 * 1, 1); }
            if (ptr1) { wasm.__wbindgen_free(ptr1, len1 * 1, 1); }
            if (ptr0) { wasm.__wbindgen_free(ptr0, len0 * 1, 1); }
            throw e;
        }
        const ret = wasm.networkbuilder_compileGraph(this.__wbg_ptr, val4, ptr0, len0, ptr1, len1, ptr2, len2, val5, val6);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return GraphNetwork.__wrap(ret[0]);
    }
    /**
     * Compiles the network, a chain, for batches of up to `batch_size` examples. `objective` is `cross-entropy` or
     * `squared-error`; up to `threads` threads share a step.
     *
     * # Errors
     * Refuses a network, a batch size or an objective that breaks a rule.
     * @param {number} batch_size
     * @param {string} objective
     * @param {number} threads
     * @returns {CpuNetwork}
     */
    compile(batch_size, objective, threads) {
        const val2 = +batch_size;
        const val3 = +threads;
        const ptr0 = passStringToWasm0(objective, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.networkbuilder_compile(this.__wbg_ptr, val2, ptr0, len0, val3);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return CpuNetwork.__wrap(ret[0]);
    }
    /**
     * A convolution.
     * @param {number} outputs
     * @param {number} kernel
     * @param {number} stride
     * @param {number} padding
     * @param {number} groups
     * @param {boolean} bias
     */
    conv2d(outputs, kernel, stride, padding, groups, bias) {
        wasm.networkbuilder_conv2d(this.__wbg_ptr, outputs, kernel, stride, padding, groups, bias);
    }
    /**
     * Dropout.
     * @param {number} probability
     */
    dropout(probability) {
        wasm.networkbuilder_dropout(this.__wbg_ptr, probability);
    }
    /**
     * A row of a table for each token.
     * @param {number} entries
     * @param {number} width
     */
    embedding(entries, width) {
        wasm.networkbuilder_embedding(this.__wbg_ptr, entries, width);
    }
    /**
     * Ends a sum.
     */
    endSum() {
        wasm.networkbuilder_endSum(this.__wbg_ptr);
    }
    /**
     * Group normalisation.
     * @param {number} groups
     * @param {number} epsilon
     */
    groupNorm(groups, epsilon) {
        wasm.networkbuilder_groupNorm(this.__wbg_ptr, groups, epsilon);
    }
    /**
     * Begins a head: the layers that follow.
     * @param {string} name
     */
    head(name) {
        const ptr0 = passStringToWasm0(name, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        wasm.networkbuilder_head(this.__wbg_ptr, ptr0, len0);
    }
    /**
     * Layer normalisation.
     * @param {number} epsilon
     */
    layerNorm(epsilon) {
        wasm.networkbuilder_layerNorm(this.__wbg_ptr, epsilon);
    }
    /**
     * A fully connected layer.
     * @param {number} outputs
     * @param {boolean} bias
     */
    linear(outputs, bias) {
        wasm.networkbuilder_linear(this.__wbg_ptr, outputs, bias);
    }
    /**
     * Begins with the shape of one example.
     * @param {Uint32Array | number[]} input
     */
    constructor(input) {
        const ptr0 = passArray32ToWasm0(input, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.networkbuilder_new(ptr0, len0);
        this.__wbg_ptr = ret;
        NetworkBuilderFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * Ends a branch and begins the next one.
     */
    nextBranch() {
        wasm.networkbuilder_nextBranch(this.__wbg_ptr);
    }
    /**
     * The largest or the mean entry of each window.
     * @param {boolean} mean
     * @param {number} kernel
     * @param {number} stride
     */
    pool2d(mean, kernel, stride) {
        wasm.networkbuilder_pool2d(this.__wbg_ptr, mean, kernel, stride);
    }
    /**
     * An Elman layer.
     * @param {number} hidden
     * @param {boolean} bias
     */
    recurrent(hidden, bias) {
        wasm.networkbuilder_recurrent(this.__wbg_ptr, hidden, bias);
    }
    /**
     * A layer without options: `elu`, `relu`, `tanh`, `sigmoid`, `gelu`, `flatten` or `last-step`.
     *
     * # Errors
     * Refuses other kinds.
     * @param {string} kind
     */
    simple(kind) {
        const ptr0 = passStringToWasm0(kind, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.networkbuilder_simple(this.__wbg_ptr, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Ties the last layer to the one at `path`.
     *
     * # Errors
     * Refuses a layer without parameters.
     * @param {string} path
     */
    tie(path) {
        const ptr0 = passStringToWasm0(path, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.networkbuilder_tie(this.__wbg_ptr, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
}
if (Symbol.dispose) NetworkBuilder.prototype[Symbol.dispose] = NetworkBuilder.prototype.free;

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
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        WeightSolverFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_weightsolver_free(ptr, 0);
    }
    /**
     * Aligned-MTL with the preference; `mode` 0 scales by the smallest eigenvalue, 1 by the median,
     * 2 by the mean. Without a `cutoff` it is m 2^-23.
     *
     * # Errors
     * Refuses also another mode, a `cutoff` outside [0, 1), and a bad preference.
     * @param {number} pointer
     * @param {number} mode
     * @param {number | null} [cutoff]
     */
    alignedMtl(pointer, mode, cutoff) {
        const ret = wasm.weightsolver_alignedMtl(this.__wbg_ptr, pointer, mode, !isLikeNone(cutoff), isLikeNone(cutoff) ? 0 : cutoff);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * CAGrad with the preference as its mean.
     *
     * # Errors
     * Refuses also a `c` that is negative or not finite, and a bad preference.
     * @param {number} pointer
     * @param {number} c
     */
    cagrad(pointer, c) {
        const ret = wasm.weightsolver_cagrad(this.__wbg_ptr, pointer, c);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * ConFIG with the preference, of which only the ratios matter.
     *
     * # Errors
     * Refuses also a bad preference.
     * @param {number} pointer
     */
    config(pointer) {
        const ret = wasm.weightsolver_config(this.__wbg_ptr, pointer);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * FairGrad. No preference.
     *
     * # Errors
     * Refuses also an `alpha` that is not positive and finite.
     * @param {number} pointer
     * @param {number} alpha
     */
    fairgrad(pointer, alpha) {
        const ret = wasm.weightsolver_fairgrad(this.__wbg_ptr, pointer, alpha);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * MGDA by Frank-Wolfe. No preference.
     *
     * # Errors
     * Refuses also an `epsilon` that is negative or not finite.
     * @param {number} pointer
     * @param {number} epsilon
     * @param {number} maxIterations
     */
    frankWolfe(pointer, epsilon, maxIterations) {
        const ret = wasm.weightsolver_frankWolfe(this.__wbg_ptr, pointer, epsilon, maxIterations);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Byte offset of this solver's own Gramian.
     * @returns {number}
     */
    get gramianPointer() {
        const ret = wasm.weightsolver_gramianPointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * IMTL-G. Without a `cutoff` it is m 2^-52. No preference.
     *
     * # Errors
     * Refuses also a `cutoff` outside [0, 1).
     * @param {number} pointer
     * @param {number | null} [cutoff]
     */
    imtlG(pointer, cutoff) {
        const ret = wasm.weightsolver_imtlG(this.__wbg_ptr, pointer, !isLikeNone(cutoff), isLikeNone(cutoff) ? 0 : cutoff);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Exact MGDA. No preference.
     *
     * # Errors
     * Refuses a matrix that cannot be a Gramian, and a pointer outside the memory; so do all methods.
     * @param {number} pointer
     */
    mgda(pointer) {
        const ret = wasm.weightsolver_mgda(this.__wbg_ptr, pointer);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Nash-MTL by the authors' iteration, from the state and with its last iterate left there.
     *
     * # Errors
     * Refuses also a `maxNorm` that is negative or not finite, and a state that is not finite.
     * @param {number} pointer
     * @param {number} maxNorm
     * @param {number} iterations
     */
    nashMtlOfficial(pointer, maxNorm, iterations) {
        const ret = wasm.weightsolver_nashMtlOfficial(this.__wbg_ptr, pointer, maxNorm, iterations);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Exact Nash-MTL; `maxNorm` 0 for no bound. No preference, no state.
     *
     * # Errors
     * Refuses also a `maxNorm` that is negative or not finite.
     * @param {number} pointer
     * @param {number} maxNorm
     */
    nashMtl(pointer, maxNorm) {
        const ret = wasm.weightsolver_nashMtl(this.__wbg_ptr, pointer, maxNorm);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Plans the memory for m `objectives`.
     *
     * # Errors
     * Refuses zero objectives.
     * @param {number} objectives
     */
    constructor(objectives) {
        const ret = wasm.weightsolver_new(objectives);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        WeightSolverFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * m.
     * @returns {number}
     */
    get objectives() {
        const ret = wasm.weightsolver_objectives(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * PCD for the Gramian of the scaled rows h, row 0 the primary objective. The preference holds
     * the bounds: entry j is tau_j times h_j'h_j, the j-th diagonal entry of that Gramian, for every
     * j from 1 on; entry 0 is not looked at.
     *
     * # Errors
     * Refuses also a bound that is not finite.
     * @param {number} pointer
     */
    pcd(pointer) {
        const ret = wasm.weightsolver_pcd(this.__wbg_ptr, pointer);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Byte offset of the preference.
     * @returns {number}
     */
    get preferencePointer() {
        const ret = wasm.weightsolver_preferencePointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Numbers of the report.
     * @returns {number}
     */
    get reportLength() {
        const ret = wasm.weightsolver_reportLength(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Byte offset of the report.
     * @returns {number}
     */
    get reportPointer() {
        const ret = wasm.weightsolver_reportPointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Byte offset of the state.
     * @returns {number}
     */
    get statePointer() {
        const ret = wasm.weightsolver_statePointer(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Byte offset of the weights.
     * @returns {number}
     */
    get weightsPointer() {
        const ret = wasm.weightsolver_weightsPointer(this.__wbg_ptr);
        return ret >>> 0;
    }
}
if (Symbol.dispose) WeightSolver.prototype[Symbol.dispose] = WeightSolver.prototype.free;

/**
 * Ends all workers, as soon as they have finished what they are at.
 */
export function endWorkers() {
    wasm.endWorkers();
}

/**
 * Says that this worker trapped inside `serveAsWorker`: the call that waits for it fails, and later ones do without
 * workers.
 */
export function failAsWorker() {
    wasm.failAsWorker();
}

/**
 * The cosine of an angle in radians.
 * @param {number} x
 * @returns {number}
 */
export function realCos(x) {
    const ret = wasm.realCos(x);
    return ret;
}

/**
 * e^x.
 * @param {number} x
 * @returns {number}
 */
export function realExp(x) {
    const ret = wasm.realExp(x);
    return ret;
}

/**
 * The natural logarithm.
 * @param {number} x
 * @returns {number}
 */
export function realLog(x) {
    const ret = wasm.realLog(x);
    return ret;
}

/**
 * log(1 + x), accurate near 0.
 * @param {number} x
 * @returns {number}
 */
export function realLog1p(x) {
    const ret = wasm.realLog1p(x);
    return ret;
}

/**
 * x^y.
 * @param {number} x
 * @param {number} y
 * @returns {number}
 */
export function realPow(x, y) {
    const ret = wasm.realPow(x, y);
    return ret;
}

/**
 * The sine of an angle in radians.
 * @param {number} x
 * @returns {number}
 */
export function realSin(x) {
    const ret = wasm.realSin(x);
    return ret;
}

/**
 * The hyperbolic tangent.
 * @param {number} x
 * @returns {number}
 */
export function realTanh(x) {
    const ret = wasm.realTanh(x);
    return ret;
}

/**
 * A worker's life, as thread number `thread` from 1 on; blocks it until the workers of `generation` are to end.
 * @param {number} thread
 * @param {number} generation
 */
export function serveAsWorker(thread, generation) {
    wasm.serveAsWorker(thread, generation);
}

/**
 * What workers are started with: they serve until the next `endWorkers`.
 * @returns {number}
 */
export function workerGeneration() {
    const ret = wasm.workerGeneration();
    return ret >>> 0;
}

/**
 * Workers that serve now.
 * @returns {number}
 */
export function workersServing() {
    const ret = wasm.workersServing();
    return ret >>> 0;
}
function __wbg_get_imports(memory) {
    const import0 = {
        __proto__: null,
        __wbg_Error_208446807d0d1e30: function(arg0, arg1) {
            const ret = Error(getStringFromWasm0(arg0, arg1));
            return ret;
        },
        __wbg___wbindgen_is_undefined_be5b34249ff1fc15: function(arg0) {
            const ret = arg0 === undefined;
            return ret;
        },
        __wbg___wbindgen_throw_4c88d8bf264fd984: function(arg0, arg1) {
            throw new Error(getStringFromWasm0(arg0, arg1));
        },
        __wbg_now_cace042f68c814d8: function(arg0) {
            const ret = arg0.now();
            return ret;
        },
        __wbg_performance_9e331c7bce8c98d3: function(arg0) {
            const ret = arg0.performance;
            return ret;
        },
        __wbg_static_accessor_GLOBAL_THIS_003ee833af9699fc: function() {
            const ret = typeof globalThis === 'undefined' ? undefined : globalThis;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_static_accessor_GLOBAL_e4293fb22cbe77da: function() {
            const ret = typeof global === 'undefined' ? undefined : global;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_static_accessor_SELF_53bb20457401453d: function() {
            const ret = typeof self === 'undefined' ? undefined : self;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_static_accessor_WINDOW_b5e0810bfecb7feb: function() {
            const ret = typeof window === 'undefined' ? undefined : window;
            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
        },
        __wbg_timeOrigin_14484d22baec0c84: function(arg0) {
            const ret = arg0.timeOrigin;
            return ret;
        },
        __wbindgen_init_externref_table: function() {
            const table = wasm.__wbindgen_externrefs;
            table.set(0, undefined);
            table.set(1024, undefined);
            table.set(1025, null);
            table.set(1026, true);
            table.set(1027, false);
        },
        memory: memory || new WebAssembly.Memory({initial:18,maximum:65536,shared:true}),
    };
    return {
        __proto__: null,
        "./dualcone-threads_bg.js": import0,
    };
}

const CpuNetworkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_cpunetwork_free(ptr, 1));
const DualConeSolverFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_dualconesolver_free(ptr, 1));
const GraphNetworkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_graphnetwork_free(ptr, 1));
const NetworkBuilderFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_networkbuilder_free(ptr, 1));
const WeightSolverFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_weightsolver_free(ptr, 1));

function addToExternrefTable0(obj) {
    const idx = wasm.__externref_table_alloc();
    wasm.__wbindgen_externrefs.set(idx, obj);
    return idx;
}

function getArrayF32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getFloat32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
}

function getArrayU32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
}

let cachedFloat32ArrayMemory0 = null;
function getFloat32ArrayMemory0() {
    if (cachedFloat32ArrayMemory0 === null || cachedFloat32ArrayMemory0.buffer !== wasm.memory.buffer) {
        cachedFloat32ArrayMemory0 = new Float32Array(wasm.memory.buffer);
    }
    return cachedFloat32ArrayMemory0;
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint32ArrayMemory0 = null;
function getUint32ArrayMemory0() {
    if (cachedUint32ArrayMemory0 === null || cachedUint32ArrayMemory0.buffer !== wasm.memory.buffer) {
        cachedUint32ArrayMemory0 = new Uint32Array(wasm.memory.buffer);
    }
    return cachedUint32ArrayMemory0;
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function isLikeNone(x) {
    return x === undefined || x === null;
}

function passArray32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getUint32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passArrayF32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getFloat32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        const ptr = malloc(buf.length, 1) >>> 0;
        getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf);
        WASM_VECTOR_LEN = buf.length;
        return ptr;
    }

    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;

    const mem = getUint8ArrayMemory0();

    let offset = 0;

    for (; offset < len; offset++) {
        const code = arg.charCodeAt(offset);
        if (code > 0x7F) break;
        mem[ptr + offset] = code;
    }
    if (offset !== len) {
        if (offset !== 0) {
            arg = arg.slice(offset);
        }
        ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0;
        const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
        const ret = cachedTextEncoder.encodeInto(arg, view);

        offset += ret.written;
        ptr = realloc(ptr, len, offset, 1) >>> 0;
    }

    WASM_VECTOR_LEN = offset;
    return ptr;
}

function takeFromExternrefTable0(idx) {
    const value = wasm.__wbindgen_externrefs.get(idx);
    wasm.__externref_table_dealloc(idx);
    return value;
}

let cachedTextDecoder = (typeof TextDecoder !== 'undefined' ? new TextDecoder('utf-8', { ignoreBOM: true }) : undefined);
if (cachedTextDecoder) cachedTextDecoder.decode();

const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes.slice());
}

const cachedTextEncoder = (typeof TextEncoder !== 'undefined' ? new TextEncoder() : undefined);

if (cachedTextEncoder) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}

let WASM_VECTOR_LEN = 0;

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module, thread_stack_size) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    cachedFloat32ArrayMemory0 = null;
    cachedUint32ArrayMemory0 = null;
    cachedUint8ArrayMemory0 = null;
    if (typeof thread_stack_size !== 'undefined' && (typeof thread_stack_size !== 'number' || thread_stack_size === 0 || thread_stack_size % 65536 !== 0)) {
        throw new Error('invalid stack size');
    }

    wasm.__wbindgen_start(thread_stack_size);
    return wasm;
}

async function __wbg_load(module, imports) {
    if (typeof Response === 'function' && module instanceof Response) {
        if (!module.ok) {
            throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
        }

        if (typeof WebAssembly.instantiateStreaming === 'function') {
            try {
                return await WebAssembly.instantiateStreaming(module, imports);
            } catch (e) {
                const validResponse = expectedResponseType(module.type);

                if (validResponse && module.headers.get('Content-Type') !== 'application/wasm') {
                    console.warn("`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n", e);

                } else { throw e; }
            }
        }

        const bytes = await module.arrayBuffer();
        return await WebAssembly.instantiate(bytes, imports);
    } else {
        const instance = await WebAssembly.instantiate(module, imports);

        if (instance instanceof WebAssembly.Instance) {
            return { instance, module };
        } else {
            return instance;
        }
    }

    function expectedResponseType(type) {
        switch (type) {
            case 'basic': case 'cors': case 'default': return true;
        }
        return false;
    }
}

function initSync(module, memory) {
    if (wasm !== undefined) return wasm;

    let thread_stack_size
    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module, memory, thread_stack_size} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports(memory);
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module, thread_stack_size);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path, memory) {
    if (wasm !== undefined) return wasm;
    if (__wbg_init_promise === undefined) {
        __wbg_init_promise = __wbg_init_once(module_or_path, memory);
        __wbg_init_promise.catch(() => { __wbg_init_promise = undefined; });
    }
    return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path, memory) {
    let thread_stack_size
    if (module_or_path !== undefined) {
        if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
            ({module_or_path, memory, thread_stack_size} = module_or_path)
        } else {
            console.warn('using deprecated parameters for the initialization function; pass a single object instead')
        }
    }

    if (module_or_path === undefined) {
        module_or_path = new URL('dualcone-threads_bg.wasm', import.meta.url);
    }
    const imports = __wbg_get_imports(memory);

    if (typeof module_or_path === 'string' || (typeof Request === 'function' && module_or_path instanceof Request) || (typeof URL === 'function' && module_or_path instanceof URL)) {
        module_or_path = fetch(module_or_path);
    }

    const { instance, module } = await __wbg_load(await module_or_path, imports);

    return __wbg_finalize_init(instance, module, thread_stack_size);
}

export { initSync, __wbg_init as default };
