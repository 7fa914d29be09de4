/**
 * The kernels as strings, written by `scripts/embed-wgsl.ts`. Edit `kernels/*.wgsl` instead.
 *
 * @module
 */

/** `kernels/batch.wgsl`. */
export const batch = `// What changes from step to step; every kernel reads it at binding 0.
struct Batch {
  examples: u32,
  // 1 updates the parameters; 0 leaves them and writes the direction to the summary.
  update: u32,
  // 1 in the first update: what an optimizer averages has no past.
  first: u32,
  // Where the weights of the rows come from: 0 known beforehand, 1 UPGrad, 2 DualProj.
  method: u32,
  // Number of the submit; the last kernel leaves it in the summary as a sign that it ran.
  stamp: f32,
  // In iteration k, for averages that start at zero: 1 / (1 - beta1^k) and 1 / sqrt(1 - beta2^k).
  average_correction: f32,
  square_correction: f32,
  // One a replica.
  learning_rates: array<vec4f, 16>,
}

@group(0) @binding(0) var<uniform> batch: Batch;

// Replicas of a network train side by side, one in each row of workgroups. Entries from the arrays of one replica to
// those of the next; 0 where all read the same.
override PARAMETERS_STRIDE: u32;
override IMAGES_STRIDE: u32;
override LABELS_STRIDE: u32;
override ACTIVATIONS_STRIDE: u32;
override PLACES_STRIDE: u32;
override DELTAS_STRIDE: u32;
override JACOBIAN_STRIDE: u32;
override SUMMARY_STRIDE: u32;
`

/** `kernels/convolve-dense.wgsl`. */
export const convolveDense = `// Convolution 3 x 3 over all input channels, bias, max pool with the place of the maximum, ELU. A thread computes four
// output channels of a cell of 1 x 1 or 2 x 2 positions, or of one row of 3 x 3; the threads of a cell then compare.

override INPUT_AT: u32;
override INPUT_SIZE: u32; // entries of one example, [y][x][channel]
override INPUTS: u32;
override INPUT_X: u32; // width of the input
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32; // side of a cell, at most 3
override THREADS_OF_CELL: u32; // 3 for cells of 3 x 3, else 1
override WEIGHTS_AT: u32; // [tap][input][output]
override BIAS_AT: u32;
override OUTPUT_AT: u32;
override PLACES_AT: u32;

@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> places: array<vec4u>;

var<workgroup> row_largest: array<vec4f, 64u * THREADS_OF_CELL>;
var<workgroup> row_place: array<vec4u, 64u * THREADS_OF_CELL>;

fn accumulate(sum: vec4f, a: vec4f, w0: vec4f, w1: vec4f, w2: vec4f, w3: vec4f) -> vec4f {
  return fma(vec4f(a.w), w3, fma(vec4f(a.z), w2, fma(vec4f(a.y), w1, fma(vec4f(a.x), w0, sum))));
}

@compute @workgroup_size(64, THREADS_OF_CELL)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) group: vec3u) {
  let quads = OUTPUTS / 4u;
  let cells = CELLS_X * CELLS_Y;
  let own = group.x * 64u + local.x;
  let total = batch.examples * cells * quads;
  let item = min(own, total - 1u);
  let quad = item % quads;
  let cell = (item / quads) % cells;
  let example = item / (quads * cells);
  let stride = INPUTS / 4u;
  let parameters_at = group.y * PARAMETERS_STRIDE / 4u;
  let activations_at = group.y * ACTIVATIONS_STRIDE / 4u;
  let corner = activations_at + (INPUT_AT + example * INPUT_SIZE) / 4u
    + ((cell / CELLS_X * POOL + local.y) * INPUT_X + cell % CELLS_X * POOL) * stride;

  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  // Second row of a cell of 2 x 2.
  var next0 = vec4f(0.0);
  var next1 = vec4f(0.0);
  for (var y = 0u; y < 3u; y++) {
    for (var k = 0u; k < stride; k++) {
      let base = corner + y * INPUT_X * stride + k;
      let a0 = activations[base];
      let a1 = activations[base + stride];
      let a2 = activations[base + 2u * stride];
      var a3 = vec4f(0.0);
      var a4 = vec4f(0.0);
      if (POOL > 1u) {
        a3 = activations[base + 3u * stride];
      }
      if (POOL > 2u) {
        a4 = activations[base + 4u * stride];
      }
      var b0 = vec4f(0.0);
      var b1 = vec4f(0.0);
      var b2 = vec4f(0.0);
      var b3 = vec4f(0.0);
      if (POOL == 2u) {
        let below = base + INPUT_X * stride;
        b0 = activations[below];
        b1 = activations[below + stride];
        b2 = activations[below + 2u * stride];
        b3 = activations[below + 3u * stride];
      }
      var at = parameters_at + WEIGHTS_AT / 4u + (3u * y * INPUTS + 4u * k) * quads + quad;
      var w0 = parameters[at];
      var w1 = parameters[at + quads];
      var w2 = parameters[at + 2u * quads];
      var w3 = parameters[at + 3u * quads];
      sum0 = accumulate(sum0, a0, w0, w1, w2, w3);
      if (POOL > 1u) {
        sum1 = accumulate(sum1, a1, w0, w1, w2, w3);
      }
      if (POOL > 2u) {
        sum2 = accumulate(sum2, a2, w0, w1, w2, w3);
      }
      if (POOL == 2u) {
        next0 = accumulate(next0, b0, w0, w1, w2, w3);
        next1 = accumulate(next1, b1, w0, w1, w2, w3);
      }
      at += INPUTS * quads;
      w0 = parameters[at];
      w1 = parameters[at + quads];
      w2 = parameters[at + 2u * quads];
      w3 = parameters[at + 3u * quads];
      sum0 = accumulate(sum0, a1, w0, w1, w2, w3);
      if (POOL > 1u) {
        sum1 = accumulate(sum1, a2, w0, w1, w2, w3);
      }
      if (POOL > 2u) {
        sum2 = accumulate(sum2, a3, w0, w1, w2, w3);
      }
      if (POOL == 2u) {
        next0 = accumulate(next0, b1, w0, w1, w2, w3);
        next1 = accumulate(next1, b2, w0, w1, w2, w3);
      }
      at += INPUTS * quads;
      w0 = parameters[at];
      w1 = parameters[at + quads];
      w2 = parameters[at + 2u * quads];
      w3 = parameters[at + 3u * quads];
      sum0 = accumulate(sum0, a2, w0, w1, w2, w3);
      if (POOL > 1u) {
        sum1 = accumulate(sum1, a3, w0, w1, w2, w3);
      }
      if (POOL > 2u) {
        sum2 = accumulate(sum2, a4, w0, w1, w2, w3);
      }
      if (POOL == 2u) {
        next0 = accumulate(next0, b2, w0, w1, w2, w3);
        next1 = accumulate(next1, b3, w0, w1, w2, w3);
      }
    }
  }

  var largest = sum0;
  var place = vec4u(local.y * POOL);
  if (POOL > 1u) {
    let better = sum1 > largest;
    largest = select(largest, sum1, better);
    place = select(place, vec4u(local.y * POOL + 1u), better);
  }
  if (POOL > 2u) {
    let better = sum2 > largest;
    largest = select(largest, sum2, better);
    place = select(place, vec4u(local.y * POOL + 2u), better);
  }
  if (POOL == 2u) {
    let better0 = next0 > largest;
    largest = select(largest, next0, better0);
    place = select(place, vec4u(2u), better0);
    let better1 = next1 > largest;
    largest = select(largest, next1, better1);
    place = select(place, vec4u(3u), better1);
  }
  row_largest[local.y * 64u + local.x] = largest;
  row_place[local.y * 64u + local.x] = place;
  workgroupBarrier();
  if (local.y > 0u || own >= total) {
    return;
  }
  for (var row = 1u; row < THREADS_OF_CELL; row++) {
    let better = row_largest[row * 64u + local.x] > largest;
    largest = select(largest, row_largest[row * 64u + local.x], better);
    place = select(place, row_place[row * 64u + local.x], better);
  }
  activations[activations_at + OUTPUT_AT / 4u + item] = elu(largest + parameters[parameters_at + BIAS_AT / 4u + quad]);
  if (POOL > 1u) {
    places[(group.y * PLACES_STRIDE + PLACES_AT) / 4u + item] = place;
  }
}
`

/** `kernels/convolve.wgsl`. */
export const convolve = `// Convolution 3 x 3, bias, max pool with the place of the maximum, ELU; any groups. A thread computes one cell (one
// pooling window) of four output channels. Input: the images [channel][y][x], or activations [y][x][channel].

override FROM_IMAGES: u32;
override INPUT_AT: u32;
override INPUT_SIZE: u32; // entries of one example
override CHANNEL_STRIDE: u32;
override X_STRIDE: u32;
override Y_STRIDE: u32;
override INPUTS: u32; // input channels of a group
override GROUP_OUTPUTS: u32; // output channels of a group
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32; // side of a cell
override WEIGHTS_AT: u32; // [tap][input of the group][output]
override BIAS_AT: u32;
override OUTPUT_AT: u32;
override PLACES_AT: u32;

@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> images: array<f32>;
@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(5) var<storage, read_write> places: array<vec4u>;

fn input(at: u32, replica: u32) -> f32 {
  if (FROM_IMAGES == 1u) {
    return images[replica * IMAGES_STRIDE + at];
  }
  return activations[replica * ACTIVATIONS_STRIDE + at];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = OUTPUTS / 4u;
  let cells = CELLS_X * CELLS_Y;
  if (id.x >= batch.examples * cells * quads) {
    return;
  }
  let quad = id.x % quads;
  let cell = (id.x / quads) % cells;
  let example = id.x / (quads * cells);
  let parameters_at = id.y * PARAMETERS_STRIDE / 4u;
  let channels = (4u * quad + vec4u(0u, 1u, 2u, 3u)) / GROUP_OUTPUTS * INPUTS * CHANNEL_STRIDE;
  let corner = INPUT_AT + example * INPUT_SIZE
    + cell / CELLS_X * POOL * Y_STRIDE + cell % CELLS_X * POOL * X_STRIDE;

  var largest = vec4f(0.0);
  var place = vec4u(0u);
  for (var window = 0u; window < POOL * POOL; window++) {
    var sum = vec4f(0.0);
    for (var tap = 0u; tap < 9u; tap++) {
      let at = corner + (window / POOL + tap / 3u) * Y_STRIDE + (window % POOL + tap % 3u) * X_STRIDE;
      for (var k = 0u; k < INPUTS; k++) {
        let base = at + k * CHANNEL_STRIDE + channels;
        let values = vec4f(input(base.x, id.y), input(base.y, id.y), input(base.z, id.y), input(base.w, id.y));
        let at_weights = parameters_at + WEIGHTS_AT / 4u + (tap * INPUTS + k) * quads + quad;
        sum = fma(values, parameters[at_weights], sum);
      }
    }
    let better = (sum > largest) | vec4<bool>(window == 0u);
    largest = select(largest, sum, better);
    place = select(place, vec4u(window), better);
  }
  let value = elu(largest + parameters[parameters_at + BIAS_AT / 4u + quad]);
  let to = id.y * ACTIVATIONS_STRIDE + OUTPUT_AT + 4u * id.x;
  activations[to] = value.x;
  activations[to + 1u] = value.y;
  activations[to + 2u] = value.z;
  activations[to + 3u] = value.w;
  if (POOL > 1u) {
    places[(id.y * PLACES_STRIDE + PLACES_AT) / 4u + id.x] = place;
  }
}
`

/** `kernels/deltas-dense.wgsl`. */
export const deltasDense = `// The delta of the input of a convolution over all channels, through the ELU that made this input. A thread gathers
// four input channels of one position from the cells whose maximum lies within reach: no atomics.

override INPUT_AT: u32; // activations, [y][x][channel]
override INPUT_DELTAS_AT: u32;
override INPUTS: u32;
override INPUT_X: u32;
override INPUT_Y: u32;
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32;
override DELTAS_AT: u32;
override PLACES_AT: u32;
override WEIGHTS_AT: u32; // [output][tap][input]

@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> places: array<vec4u>;
@group(0) @binding(6) var<storage, read_write> deltas: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let stride = INPUTS / 4u;
  if (id.x >= batch.examples * INPUT_Y * INPUT_X * stride) {
    return;
  }
  let quad = id.x % stride;
  let x = (id.x / stride) % INPUT_X;
  let y = (id.x / (stride * INPUT_X)) % INPUT_Y;
  let example = id.x / (stride * INPUT_X * INPUT_Y);
  let quads = OUTPUTS / 4u;
  let deltas_at = (id.y * DELTAS_STRIDE + DELTAS_AT) / 4u;
  let places_at = (id.y * PLACES_STRIDE + PLACES_AT) / 4u;
  let weights_at = (id.y * PARAMETERS_STRIDE + WEIGHTS_AT) / 4u;
  let last_y = min(y / POOL + 1u, CELLS_Y);
  let last_x = min(x / POOL + 1u, CELLS_X);

  var sum = vec4f(0.0);
  for (var cell_y = (max(y, 2u) - 2u) / POOL; cell_y < last_y; cell_y++) {
    for (var cell_x = (max(x, 2u) - 2u) / POOL; cell_x < last_x; cell_x++) {
      let entry = ((example * CELLS_Y + cell_y) * CELLS_X + cell_x) * quads;
      for (var q = 0u; q < quads; q++) {
        let d = deltas[deltas_at + entry + q];
        var place = vec4u(0u);
        if (POOL > 1u) {
          place = places[places_at + entry + q];
        }
        // Differences below zero wrap around to huge ones.
        let tap_y = y - cell_y * POOL - place / POOL;
        let tap_x = x - cell_x * POOL - place % POOL;
        let reached = (tap_y < vec4u(3u)) & (tap_x < vec4u(3u));
        let tap = 3u * tap_y + tap_x;
        let at = weights_at + 36u * q * stride + quad;
        if (reached.x) {
          sum = fma(vec4f(d.x), parameters[at + tap.x * stride], sum);
        }
        if (reached.y) {
          sum = fma(vec4f(d.y), parameters[at + (9u + tap.y) * stride], sum);
        }
        if (reached.z) {
          sum = fma(vec4f(d.z), parameters[at + (18u + tap.z) * stride], sum);
        }
        if (reached.w) {
          sum = fma(vec4f(d.w), parameters[at + (27u + tap.w) * stride], sum);
        }
      }
    }
  }
  let slope = elu_slope(activations[(id.y * ACTIVATIONS_STRIDE + INPUT_AT) / 4u + id.x]);
  deltas[(id.y * DELTAS_STRIDE + INPUT_DELTAS_AT) / 4u + id.x] = sum * slope;
}
`

/** `kernels/deltas-grouped.wgsl`. */
export const deltasGrouped = `// The delta of the input of a grouped convolution, through the ELU that made this input. A thread gathers one input
// channel of one position from the cells whose maximum lies within reach: no atomics.

override INPUT_AT: u32; // activations, [y][x][channel]
override INPUT_DELTAS_AT: u32;
override INPUTS: u32; // input channels of a group
override GROUP_OUTPUTS: u32;
override CHANNELS: u32; // of the whole input
override INPUT_X: u32;
override INPUT_Y: u32;
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32;
override DELTAS_AT: u32;
override PLACES_AT: u32;
override WEIGHTS_AT: u32; // [output][tap][input of the group]

@group(0) @binding(1) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(5) var<storage, read_write> places: array<u32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch.examples * INPUT_Y * INPUT_X * CHANNELS) {
    return;
  }
  let channel = id.x % CHANNELS;
  let x = (id.x / CHANNELS) % INPUT_X;
  let y = (id.x / (CHANNELS * INPUT_X)) % INPUT_Y;
  let example = id.x / (CHANNELS * INPUT_X * INPUT_Y);
  let deltas_at = id.y * DELTAS_STRIDE + DELTAS_AT;
  let places_at = id.y * PLACES_STRIDE + PLACES_AT;
  let weights_at = id.y * PARAMETERS_STRIDE + WEIGHTS_AT;
  let first = channel / INPUTS * GROUP_OUTPUTS;
  let last_y = min(y / POOL + 1u, CELLS_Y);
  let last_x = min(x / POOL + 1u, CELLS_X);

  var sum = 0.0;
  for (var cell_y = (max(y, 2u) - 2u) / POOL; cell_y < last_y; cell_y++) {
    for (var cell_x = (max(x, 2u) - 2u) / POOL; cell_x < last_x; cell_x++) {
      let entry = ((example * CELLS_Y + cell_y) * CELLS_X + cell_x) * OUTPUTS;
      for (var output = first; output < first + GROUP_OUTPUTS; output++) {
        var place = 0u;
        if (POOL > 1u) {
          place = places[places_at + entry + output];
        }
        // Differences below zero wrap around to huge ones.
        let tap_y = y - cell_y * POOL - place / POOL;
        let tap_x = x - cell_x * POOL - place % POOL;
        if (tap_y < 3u && tap_x < 3u) {
          let at = weights_at + (output * 9u + 3u * tap_y + tap_x) * INPUTS + channel % INPUTS;
          sum = fma(deltas[deltas_at + entry + output], parameters[at], sum);
        }
      }
    }
  }
  let slope = elu_slope(vec4f(activations[id.y * ACTIVATIONS_STRIDE + INPUT_AT + id.x])).x;
  deltas[id.y * DELTAS_STRIDE + INPUT_DELTAS_AT + id.x] = sum * slope;
}
`

/** `kernels/dual-cone.wgsl`. */
export const dualCone = `// Weights of projections onto the dual cone: argmin { v' C v : v >= u } with C = G + EPSILON tr(G) I, one workgroup a
// program. UPGrad solves one a row, u = e_i; DualProj one, u the preference. With v = u + x the optimality conditions
// are x >= 0, s = C v >= 0 and x's = 0: block principal pivoting on the set where x is free, by Cholesky. Where it
// stalls, projected coordinate sweeps find a better set; after 24 factorisations it gives up and says so.
//
// All is solved for rows of unit length under C. Scales of the rows are powers of two; the largest is divided out of
// all of them first, so that no square underflows.

override EXAMPLES: u32; // planned
override THREADS: u32; // at least EXAMPLES
override UPGRAD: u32; // 1 UPGrad, 0 DualProj
override EPSILON: f32;
override SCALES_AT: u32;
override PREFERENCE_AT: u32;
override GRAMIAN_AT: u32;
override PROJECTIONS_AT: u32; // [program][EXAMPLES]
override REPORTS_AT: u32; // [program]: residual, factorisations, sweeps, solved
override HEALTH_AT: u32; // 0, or 1 for a Gramian that is not finite

const TOLERANCE = 2e-6;
const FACTORISATIONS = 24u;
const SWEEPS = 60u;
const PATIENCE = 1u;
// Below it a pivot is rounding.
const LEAST_PIVOT = 6e-8;

@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

var<workgroup> factor: array<f32, EXAMPLES * (EXAMPLES + 1u) / 2u>; // lower triangle, packed by rows
var<workgroup> units: array<f32, EXAMPLES>; // 1 / length of a row under C
var<workgroup> scaled: array<f32, EXAMPLES>; // scale x unit
var<workgroup> bounds: array<f32, EXAMPLES>; // u for rows of unit length
var<workgroup> members: array<u32, EXAMPLES>; // 1 where x is free
var<workgroup> chosen: array<u32, EXAMPLES>; // rows where x is free, in order
var<workgroup> eliminated: array<f32, EXAMPLES>;
var<workgroup> solution: array<f32, EXAMPLES>;
var<workgroup> free_values: array<f32, EXAMPLES>; // x
var<workgroup> wrong: atomic<u32>;
var<workgroup> shared_count: u32;
var<workgroup> change: f32;

// Where the summary of this replica begins.
var<private> summary_at: u32;

fn finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// C for rows of unit length.
fn entry(i: u32, j: u32) -> f32 {
  return select(summary[summary_at + GRAMIAN_AT + i * EXAMPLES + j] * scaled[i] * scaled[j], 1.0, i == j);
}

fn packed(row: u32, column: u32) -> u32 {
  return row * (row + 1u) / 2u + column;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  summary_at = group.y * SUMMARY_STRIDE;
  let m = batch.examples;
  let program = group.x;
  let live = thread < m;
  let me = min(thread, m - 1u);

  // Trace, and the length of each row under C.
  var largest_scale = 0.0;
  for (var i = 0u; i < m; i++) {
    largest_scale = max(largest_scale, summary[summary_at + SCALES_AT + i]);
  }
  var trace = 0.0;
  var healthy = finite(largest_scale);
  for (var i = 0u; i < m; i++) {
    let scale = select(0.0, summary[summary_at + SCALES_AT + i] / largest_scale, largest_scale > 0.0);
    let square = summary[summary_at + GRAMIAN_AT + i * (EXAMPLES + 1u)];
    healthy = healthy && finite(square);
    trace += square * scale * scale;
  }
  healthy = healthy && finite(trace);
  if (thread == 0u && program == 0u) {
    summary[summary_at + HEALTH_AT] = select(1.0, 0.0, healthy);
  }
  let nothing = !healthy || trace <= 0.0;
  let ridge = EPSILON * trace;
  let scale = select(0.0, summary[summary_at + SCALES_AT + me] / largest_scale, largest_scale > 0.0);
  let unit = select(
    inverseSqrt(summary[summary_at + GRAMIAN_AT + me * (EXAMPLES + 1u)] * scale * scale + ridge), 1.0, nothing);
  if (live) {
    units[thread] = unit;
    scaled[thread] = unit * scale;
    bounds[thread] = select(summary[summary_at + PREFERENCE_AT + me] / unit, select(0.0, 1.0, thread == program), UPGRAD == 1u);
  }
  workgroupBarrier();
  // The weights of DualProj may span decades: divide by the largest.
  var norm = unit_of(program);
  if (UPGRAD == 0u) {
    norm = 0.0;
    for (var i = 0u; i < m; i++) {
      norm = max(norm, bounds[i]);
    }
  }
  workgroupBarrier();
  if (live && UPGRAD == 0u) {
    bounds[thread] /= norm;
  }
  workgroupBarrier();

  var slope_of_bound = 0.0; // (C u)_me
  if (UPGRAD == 1u) {
    slope_of_bound = entry(me, program);
  } else {
    for (var i = 0u; i < m; i++) {
      slope_of_bound = fma(entry(me, i), bounds[i], slope_of_bound);
    }
  }
  let candidate = live && !nothing && (UPGRAD == 0u || thread != program);
  var is_free = candidate && slope_of_bound < 0.0;
  var x = 0.0;
  var factorisations = 0u;
  var swept = 0u;
  var solved = false;
  var fewest = 0xffffffffu;
  var patience = PATIENCE;

  for (var round = 0u; round < FACTORISATIONS; round++) {
    // The rows where x is free, in order.
    if (live) {
      members[thread] = select(0u, 1u, is_free);
    }
    workgroupBarrier();
    var rank = 0u;
    var count = 0u;
    for (var i = 0u; i < m; i++) {
      if (i < me) {
        rank += members[i];
      }
      count += members[i];
    }
    if (is_free) {
      chosen[rank] = thread;
    }
    if (thread == 0u) {
      shared_count = count;
    }
    let size = workgroupUniformLoad(&shared_count);

    // Cholesky of C on these rows, and the forward substitution with -C u beside it.
    let row = min(thread, max(size, 1u) - 1u);
    let inside = thread < size;
    var rest = 0.0;
    if (inside) {
      let own = chosen[row];
      if (UPGRAD == 1u) {
        rest = -entry(own, program);
      } else {
        for (var i = 0u; i < m; i++) {
          rest = fma(-entry(own, i), bounds[i], rest);
        }
      }
    }
    for (var column = 0u; column < size; column++) {
      var sum = 0.0;
      if (inside && row >= column) {
        sum = entry(chosen[row], chosen[column]);
        for (var k = 0u; k < column; k++) {
          sum = fma(-factor[packed(row, k)], factor[packed(column, k)], sum);
        }
        if (row == column) {
          let pivot = sqrt(max(sum, LEAST_PIVOT));
          factor[packed(column, column)] = pivot;
          eliminated[column] = rest / pivot;
        }
      }
      workgroupBarrier();
      if (inside && row > column) {
        let below = sum / factor[packed(column, column)];
        factor[packed(row, column)] = below;
        rest = fma(-below, eliminated[column], rest);
      }
      workgroupBarrier();
    }
    var back = 0.0;
    if (inside) {
      back = eliminated[row];
    }
    for (var k = size; k > 0u; k--) {
      let column = k - 1u;
      if (inside && row == column) {
        solution[column] = back / factor[packed(column, column)];
      }
      workgroupBarrier();
      if (inside && row < column) {
        back = fma(-factor[packed(column, row)], solution[column], back);
      }
    }
    workgroupBarrier();
    factorisations = round + 1u;

    x = 0.0;
    if (is_free) {
      x = solution[rank];
    }
    var slope = slope_of_bound;
    var length = 1.0;
    for (var k = 0u; k < size; k++) {
      slope = fma(entry(me, chosen[k]), solution[k], slope);
      length = max(length, abs(solution[k]));
    }
    let tolerance = TOLERANCE * length;
    let breaks = candidate && select(slope < -tolerance, x < -tolerance, is_free);
    if (thread == 0u) {
      atomicStore(&wrong, 0u);
    }
    workgroupBarrier();
    if (breaks) {
      atomicAdd(&wrong, 1u);
    }
    workgroupBarrier();
    if (thread == 0u) {
      shared_count = atomicLoad(&wrong);
    }
    let broken = workgroupUniformLoad(&shared_count);
    if (broken == 0u) {
      solved = true;
      break;
    }

    if (broken < fewest) {
      fewest = broken;
      patience = PATIENCE;
      is_free = is_free != breaks;
    } else if (patience > 0u) {
      patience--;
      is_free = is_free != breaks;
    } else {
      // Projected sweeps over the coordinates, from the clipped point.
      x = max(x, 0.0);
      if (live) {
        free_values[thread] = x;
      }
      workgroupBarrier();
      slope = slope_of_bound;
      for (var i = 0u; i < m; i++) {
        slope = fma(entry(me, i), free_values[i], slope);
      }
      for (var sweep = 0u; sweep < SWEEPS; sweep++) {
        for (var i = 0u; i < m; i++) {
          if (thread == i) {
            change = select(0.0, max(-x, -slope), candidate);
            x += change;
          }
          workgroupBarrier();
          slope = fma(entry(me, i), change, slope);
          workgroupBarrier();
        }
      }
      swept += SWEEPS;
      is_free = candidate && x > 0.0;
      fewest = 0xffffffffu;
      patience = PATIENCE;
    }
  }

  // What was found, and how well it solves the conditions: max |r| / sqrt(v' C v), where r is s on free rows and its
  // negative part on the others.
  x = max(x, 0.0);
  if (live) {
    free_values[thread] = x;
  }
  workgroupBarrier();
  var slope = slope_of_bound;
  for (var i = 0u; i < m; i++) {
    slope = fma(entry(me, i), free_values[i], slope);
  }
  let value = bounds[me] + x;
  if (live) {
    solution[thread] = value * slope;
    eliminated[thread] = select(0.0, select(max(-slope, 0.0), abs(slope), x > 0.0), candidate);
  }
  workgroupBarrier();
  if (thread == 0u) {
    var square = 0.0;
    var worst = 0.0;
    for (var i = 0u; i < m; i++) {
      square += solution[i];
      worst = max(worst, eliminated[i]);
    }
    let report = REPORTS_AT + 4u * program;
    summary[summary_at + report] = select(0.0, worst * inverseSqrt(max(square, 1e-30)), worst > 0.0);
    summary[summary_at + report + 1u] = f32(factorisations);
    summary[summary_at + report + 2u] = f32(swept);
    summary[summary_at + report + 3u] = select(0.0, 1.0, solved && healthy);
  }
  if (live) {
    summary[summary_at + PROJECTIONS_AT + program * EXAMPLES + thread] = value * unit * select(norm, 1.0 / norm, UPGRAD == 1u);
  }
}

fn unit_of(row: u32) -> f32 {
  return units[min(row, EXAMPLES - 1u)];
}
`

/** `kernels/elu.wgsl`. */
export const elu = `// exp(x) - 1 loses all digits near 0: there it is the Taylor polynomial of degree 8, exact to 1e-9 relative.
fn elu(x: vec4f) -> vec4f {
  let near = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 *
    (1.0 + x / 6.0 * (1.0 + x / 7.0 * (1.0 + x / 8.0)))))));
  let below = select(exp(min(x, vec4f(0.0))) - 1.0, near, x > vec4f(-0.35));
  // min(x, 0) of a NaN may be 0: it is kept by its bits.
  let not_a_number = (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
  return select(below, x, (x > vec4f(0.0)) | not_a_number);
}

// The derivative of ELU from its value: 1 above zero, exp(x) = value + 1 below.
fn elu_slope(value: vec4f) -> vec4f {
  return select(value + 1.0, vec4f(1.0), value > vec4f(0.0));
}
`

/** `kernels/gramian-parts.wgsl`. */
export const gramianParts = `// Parts of the Gramian of the rows divided by their scales. A workgroup sums one chunk of columns of the convolutions'
// Jacobian, or takes one linear layer whole, (A A' + 1) o (D D') with inputs A and deltas D, for one pair of tiles of
// examples on or above the diagonal. A thread holds a block of 4 x 4 pairs of examples. Sums run over 64 columns, then
// over these sums, then over the parts.

override TILES: u32; // of examples; 64 in each when there are several
override BLOCKS: u32; // of four examples, in a tile
override SIDES: u32; // 1 for one tile, else 2
override TILE: u32; // columns loaded at once, a divisor of 64
override THREADS: u32; // at least BLOCKS^2
override CHUNKS: u32;
override CHUNK: u32; // columns of a chunk, a multiple of 64
override COLUMNS: u32; // of the Jacobian's rows
override FEATURES: u32;
override FEATURES_AT: u32;
override HIDDEN: u32;
override HIDDEN_AT: u32;
override HIDDEN_DELTAS_AT: u32;
override CLASSES_PADDED: u32;
override CLASS_DELTAS_AT: u32;
override PARTS_AT: u32;

@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;
@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

// Which rows: 0 the Jacobian's, 1 activations, 2 deltas.
struct Rows {
  kind: u32,
  at: u32,
  stride: u32,
  replica: u32,
}

var<workgroup> tile: array<vec4f, SIDES * TILE * (BLOCKS + 1u)>;

fn load(rows: Rows, example: u32, column: u32, end: u32) -> f32 {
  if (example >= batch.examples || column >= end) {
    return 0.0;
  }
  let at = rows.at + example * rows.stride + column;
  if (rows.kind == 0u) {
    return jacobian[rows.replica * JACOBIAN_STRIDE + at];
  }
  if (rows.kind == 1u) {
    return activations[rows.replica * ACTIVATIONS_STRIDE + at];
  }
  return deltas[rows.replica * DELTAS_STRIDE + at];
}

// Loads four rows a block of one tile of examples, TILE columns of them.
fn load_tile(rows: Rows, tile_of_examples: u32, side: u32, first: u32, end: u32, thread: u32) {
  for (var k = thread; k < TILE * BLOCKS; k += THREADS) {
    let column = k % TILE;
    let example = (tile_of_examples * BLOCKS + k / TILE) * 4u;
    tile[(side * TILE + column) * (BLOCKS + 1u) + k / TILE] = vec4f(
      load(rows, example, first + column, end),
      load(rows, example + 1u, first + column, end),
      load(rows, example + 2u, first + column, end),
      load(rows, example + 3u, first + column, end)
    );
  }
}

// Inner products over columns start to end of the rows of this thread's block; [i] holds row i against four rows.
fn products(rows: Rows, pair: vec2u, start: u32, end: u32, thread: u32) -> mat4x4f {
  let i = min(thread / BLOCKS, BLOCKS - 1u);
  let j = thread % BLOCKS;
  let side = select(1u, 0u, pair.x == pair.y);
  var total = mat4x4f();
  var sum = mat4x4f();
  var columns = 0u;
  for (var first = start; first < end; first += TILE) {
    load_tile(rows, pair.x, 0u, first, end, thread);
    if (side == 1u) {
      load_tile(rows, pair.y, 1u, first, end, thread);
    }
    workgroupBarrier();
    for (var column = 0u; column < TILE && thread < BLOCKS * BLOCKS; column++) {
      let a = tile[column * (BLOCKS + 1u) + i];
      let b = tile[(side * TILE + column) * (BLOCKS + 1u) + j];
      sum[0] = fma(vec4f(a.x), b, sum[0]);
      sum[1] = fma(vec4f(a.y), b, sum[1]);
      sum[2] = fma(vec4f(a.z), b, sum[2]);
      sum[3] = fma(vec4f(a.w), b, sum[3]);
    }
    workgroupBarrier();
    columns += TILE;
    if (columns % 64u == 0u) {
      total += sum;
      sum = mat4x4f();
    }
  }
  return total + sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let pairs = TILES * (TILES + 1u) / 2u;
  let index = group.x / pairs;
  var pair = vec2u(0u, group.x % pairs);
  while (pair.y >= TILES - pair.x) {
    pair.y -= TILES - pair.x;
    pair.x++;
  }
  pair.y += pair.x;

  var part = mat4x4f();
  if (index < CHUNKS) {
    let start = index * CHUNK;
    part = products(Rows(0u, 0u, COLUMNS, group.y), pair, start, min(start + CHUNK, COLUMNS), thread);
  } else {
    var inputs = Rows(1u, HIDDEN_AT, HIDDEN, group.y);
    var outputs = Rows(2u, CLASS_DELTAS_AT, CLASSES_PADDED, group.y);
    if (index == CHUNKS) {
      inputs = Rows(1u, FEATURES_AT, FEATURES, group.y);
      outputs = Rows(2u, HIDDEN_DELTAS_AT, HIDDEN, group.y);
    }
    let of_inputs = products(inputs, pair, 0u, inputs.stride, thread);
    let of_deltas = products(outputs, pair, 0u, outputs.stride, thread);
    for (var row = 0u; row < 4u; row++) {
      part[row] = (of_inputs[row] + 1.0) * of_deltas[row];
    }
  }
  if (thread < BLOCKS * BLOCKS) {
    let side = TILES * BLOCKS * 4u;
    let first_row = (pair.x * BLOCKS + thread / BLOCKS) * 4u;
    let first_column = (pair.y * BLOCKS + thread % BLOCKS) * 4u;
    for (var row = 0u; row < 4u; row++) {
      let to = group.y * SUMMARY_STRIDE + PARTS_AT + (index * side + first_row + row) * side + first_column;
      let value = part[row];
      summary[to] = value.x;
      summary[to + 1u] = value.y;
      summary[to + 2u] = value.z;
      summary[to + 3u] = value.w;
    }
  }
}
`

/** `kernels/gramian.wgsl`. */
export const gramian = `// The Gramian of the rows divided by their scales, from its parts. A thread sums one entry.

override EXAMPLES: u32; // planned
override TILE_EXAMPLES: u32; // of the tiles in which the parts were summed
override SIDE: u32; // examples of all tiles
override PARTS: u32; // a multiple of four
override PARTS_AT: u32;
override GRAMIAN_AT: u32; // [EXAMPLES][EXAMPLES]

@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= EXAMPLES * EXAMPLES) {
    return;
  }
  // Pairs of tiles below the diagonal are not summed.
  var row = id.x / EXAMPLES;
  var column = id.x % EXAMPLES;
  if (row / TILE_EXAMPLES > column / TILE_EXAMPLES) {
    let upper = column;
    column = row;
    row = upper;
  }
  let size = SIDE * SIDE;
  let summary_at = id.y * SUMMARY_STRIDE;
  let base = summary_at + PARTS_AT + row * SIDE + column;
  // Four sums at a time; the parts are padded with zeros to a multiple of four.
  var sums = vec4f(0.0);
  for (var part = 0u; part < PARTS; part += 4u) {
    let at = base + part * size;
    sums += vec4f(summary[at], summary[at + size], summary[at + 2u * size], summary[at + 3u * size]);
  }
  summary[summary_at + GRAMIAN_AT + id.x] = (sums.x + sums.y) + (sums.z + sums.w);
}
`

/** `kernels/head.wgsl`. */
export const head = `// From the features of one example to their delta: linear, ELU, linear, cross-entropy, and back. One workgroup an
// example, so that nothing has to be summed across workgroups.
//
// Deltas are divided by 2^e, the largest power of two in the delta of the logits: rows of the Jacobian then have
// similar lengths, and squares of the shortest ones do not underflow. \`scale\` of the summary is 2^e, 0 for a zero row.

override FEATURES: u32;
override HIDDEN: u32;
override CLASSES: u32;
override FEATURES_AT: u32;
override HIDDEN_AT: u32;
override FORWARD_AT: u32; // weights of the first layer, [feature][hidden]
override FIRST_AT: u32; // the same, [hidden][feature]
override FIRST_BIAS_AT: u32;
override SECOND_AT: u32; // [class][hidden]
override SECOND_BIAS_AT: u32;
override FEATURE_DELTAS_AT: u32;
override HIDDEN_DELTAS_AT: u32;
override CLASS_DELTAS_AT: u32;
override LOSSES_AT: u32;
override SCALES_AT: u32;
override HEALTH_AT: u32; // see arenas.ts
override THREADS: u32 = 128; // a multiple of HIDDEN / 4, and at least CLASSES

@group(0) @binding(1) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> integers: array<i32>;
@group(0) @binding(4) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> deltas: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

var<workgroup> features: array<vec4f, FEATURES / 4u>;
var<workgroup> parts: array<vec4f, THREADS>;
var<workgroup> hidden: array<vec4f, HIDDEN / 4u>;
var<workgroup> sums: array<f32, THREADS>;
var<workgroup> logits: array<f32, CLASSES>;

fn entry(value: vec4f, at: u32) -> f32 {
  return value[at];
}

// log(1 + x) for x >= 0 without losing small x: 2 atanh(x / (2 + x)) as a series, exact to 1e-9 relative below 0.35.
fn log1p(x: f32) -> f32 {
  let s = x / (2.0 + x);
  let q = s * s;
  let near = 2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q / 9.0))));
  return select(log(1.0 + x), near, x < 0.35);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let example = group.x;
  let parameters_at = group.y * PARAMETERS_STRIDE / 4u;
  let activations_at = group.y * ACTIVATIONS_STRIDE / 4u;
  let deltas_at = group.y * DELTAS_STRIDE / 4u;
  let summary_at = group.y * SUMMARY_STRIDE;
  let feature_quads = FEATURES / 4u;
  let quads = HIDDEN / 4u;
  for (var k = thread; k < feature_quads; k += THREADS) {
    features[k] = activations[activations_at + FEATURES_AT / 4u + example * feature_quads + k];
  }
  workgroupBarrier();

  // Hidden layer: each slice of the threads sums a slice of the features.
  let slices = THREADS / quads;
  let quad = thread % quads;
  let slice = thread / quads;
  var sum = vec4f(0.0);
  for (var k = slice; k < feature_quads; k += slices) {
    let value = features[k];
    let at = parameters_at + FORWARD_AT / 4u + 4u * k * quads + quad;
    sum = fma(vec4f(value.x), parameters[at], sum);
    sum = fma(vec4f(value.y), parameters[at + quads], sum);
    sum = fma(vec4f(value.z), parameters[at + 2u * quads], sum);
    sum = fma(vec4f(value.w), parameters[at + 3u * quads], sum);
  }
  parts[thread] = sum;
  workgroupBarrier();
  if (thread < quads) {
    for (var other = 1u; other < slices; other++) {
      sum += parts[other * quads + thread];
    }
    let value = elu(sum + parameters[parameters_at + FIRST_BIAS_AT / 4u + thread]);
    hidden[thread] = value;
    activations[activations_at + HIDDEN_AT / 4u + example * quads + thread] = value;
  }
  workgroupBarrier();

  // Logits.
  let class_slices = THREADS / CLASSES;
  var logit = 0.0;
  if (thread < class_slices * CLASSES) {
    for (var k = thread / CLASSES; k < quads; k += class_slices) {
      logit += dot(hidden[k], parameters[parameters_at + SECOND_AT / 4u + thread % CLASSES * quads + k]);
    }
  }
  sums[thread] = logit;
  workgroupBarrier();
  if (thread < CLASSES) {
    for (var other = 1u; other < class_slices; other++) {
      logit += sums[other * CLASSES + thread];
    }
    let bias = SECOND_BIAS_AT + thread;
    logits[thread] = logit + entry(parameters[parameters_at + bias / 4u], bias % 4u);
  }
  workgroupBarrier();

  // Loss and delta of the logits, by every thread for itself. The delta of the true class is minus the sum of the
  // others: 1 minus its probability would lose small ones.
  let label = u32(integers[group.y * LABELS_STRIDE + example]);
  var largest = logits[0];
  for (var c = 1u; c < CLASSES; c++) {
    largest = max(largest, logits[c]);
  }
  var others = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    if (c != label) {
      others += exp(logits[c] - largest);
    }
  }
  let of_label = exp(logits[label] - largest);
  let total = others + of_label;
  var largest_delta = others / total;
  let bits = bitcast<u32>(largest_delta) & 0x7f800000u;
  let zero = bits == 0u || bits == 0x7f800000u;
  let scale = select(bitcast<f32>(bits), 0.0, zero);
  let unscale = select(bitcast<f32>(0x7f000000u - bits), 0.0, zero);
  if (thread == 0u) {
    let away = largest - logits[label];
    summary[summary_at + LOSSES_AT + example] = select(log(total) + away, log1p(others), away == 0.0);
    summary[summary_at + SCALES_AT + example] = scale;
    if (example == 0u) {
      // Earlier steps decide whether this one may change anything.
      let health = summary_at + HEALTH_AT;
      let infinite = select(0.0, 1.0, summary[health + 1u] != 0.0);
      summary[health + 3u] = select(infinite, summary[health + 4u], summary[health + 4u] != 0.0);
    }
  }
  let padded = (CLASSES + 3u) / 4u;
  var delta = 0.0;
  if (thread < CLASSES) {
    delta = unscale * select(exp(logits[thread] - largest) / total, -largest_delta, thread == label);
  }
  sums[thread] = delta;
  workgroupBarrier();
  if (thread < padded) {
    var value = vec4f(0.0);
    for (var i = 0u; i < 4u; i++) {
      value[i] = select(0.0, sums[min(4u * thread + i, THREADS - 1u)], 4u * thread + i < CLASSES);
    }
    deltas[deltas_at + CLASS_DELTAS_AT / 4u + example * padded + thread] = value;
  }

  // Delta of the hidden layer.
  if (thread < quads) {
    var back = vec4f(0.0);
    for (var c = 0u; c < CLASSES; c++) {
      back = fma(vec4f(sums[c]), parameters[parameters_at + SECOND_AT / 4u + c * quads + thread], back);
    }
    back *= elu_slope(hidden[thread]);
    parts[thread] = back;
    deltas[deltas_at + HIDDEN_DELTAS_AT / 4u + example * quads + thread] = back;
  }
  workgroupBarrier();

  // Delta of the features, through the ELU that made them.
  for (var k = thread; k < feature_quads; k += THREADS) {
    var back = vec4f(0.0);
    for (var h = 0u; h < quads; h++) {
      let value = parts[h];
      let at = parameters_at + FIRST_AT / 4u + 4u * h * feature_quads + k;
      back = fma(vec4f(value.x), parameters[at], back);
      back = fma(vec4f(value.y), parameters[at + feature_quads], back);
      back = fma(vec4f(value.z), parameters[at + 2u * feature_quads], back);
      back = fma(vec4f(value.w), parameters[at + 3u * feature_quads], back);
    }
    deltas[deltas_at + FEATURE_DELTAS_AT / 4u + example * feature_quads + k] = back * elu_slope(features[k]);
  }
}
`

/** `kernels/jacobian-dense.wgsl`. */
export const jacobianDense = `// The Jacobian's columns of a convolution over all input channels, one row an example: J_i = sum over cells of
// delta x input under the place of the maximum. A thread computes the nine taps of one output and four input channels.

override INPUT_AT: u32;
override INPUT_SIZE: u32;
override INPUTS: u32;
override INPUT_X: u32;
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32;
override DELTAS_AT: u32;
override PLACES_AT: u32;
override COLUMNS: u32; // of the Jacobian's rows
override WEIGHTS_COLUMN: u32; // [output][tap][input]
override BIAS_COLUMN: u32;

@group(0) @binding(4) var<storage, read_write> activations: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> places: array<u32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;

fn store(at: u32, value: vec4f) {
  jacobian[at] = value.x;
  jacobian[at + 1u] = value.y;
  jacobian[at + 2u] = value.z;
  jacobian[at + 3u] = value.w;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let stride = INPUTS / 4u;
  if (id.x >= batch.examples * OUTPUTS * stride) {
    return;
  }
  let quad = id.x % stride;
  let output = (id.x / stride) % OUTPUTS;
  let example = id.x / (stride * OUTPUTS);
  let cells = CELLS_X * CELLS_Y;
  let base = (id.y * ACTIVATIONS_STRIDE + INPUT_AT + example * INPUT_SIZE) / 4u + quad;
  let deltas_at = id.y * DELTAS_STRIDE + DELTAS_AT;
  let places_at = id.y * PLACES_STRIDE + PLACES_AT;

  var bias = 0.0;
  var sum0 = vec4f(0.0);
  var sum1 = vec4f(0.0);
  var sum2 = vec4f(0.0);
  var sum3 = vec4f(0.0);
  var sum4 = vec4f(0.0);
  var sum5 = vec4f(0.0);
  var sum6 = vec4f(0.0);
  var sum7 = vec4f(0.0);
  var sum8 = vec4f(0.0);
  for (var cell = 0u; cell < cells; cell++) {
    let entry = (example * cells + cell) * OUTPUTS + output;
    let d = deltas[deltas_at + entry];
    var place = 0u;
    if (POOL > 1u) {
      place = places[places_at + entry];
    }
    let y = cell / CELLS_X * POOL + place / POOL;
    let x = cell % CELLS_X * POOL + place % POOL;
    let at = base + (y * INPUT_X + x) * stride;
    let delta = vec4f(d);
    let row = INPUT_X * stride;
    bias += d;
    sum0 = fma(delta, activations[at], sum0);
    sum1 = fma(delta, activations[at + stride], sum1);
    sum2 = fma(delta, activations[at + 2u * stride], sum2);
    sum3 = fma(delta, activations[at + row], sum3);
    sum4 = fma(delta, activations[at + row + stride], sum4);
    sum5 = fma(delta, activations[at + row + 2u * stride], sum5);
    sum6 = fma(delta, activations[at + 2u * row], sum6);
    sum7 = fma(delta, activations[at + 2u * row + stride], sum7);
    sum8 = fma(delta, activations[at + 2u * row + 2u * stride], sum8);
  }
  let row = id.y * JACOBIAN_STRIDE + example * COLUMNS;
  let to = row + WEIGHTS_COLUMN + output * 9u * INPUTS + 4u * quad;
  store(to, sum0);
  store(to + INPUTS, sum1);
  store(to + 2u * INPUTS, sum2);
  store(to + 3u * INPUTS, sum3);
  store(to + 4u * INPUTS, sum4);
  store(to + 5u * INPUTS, sum5);
  store(to + 6u * INPUTS, sum6);
  store(to + 7u * INPUTS, sum7);
  store(to + 8u * INPUTS, sum8);
  if (quad == 0u) {
    jacobian[row + BIAS_COLUMN + output] = bias;
  }
}
`

/** `kernels/jacobian-grouped.wgsl`. */
export const jacobianGrouped = `// The Jacobian's columns of a grouped convolution, one row an example. A workgroup computes the taps and biases of 16
// output channels; 16 threads share the cells of each.

override INPUT_AT: u32;
override INPUT_SIZE: u32;
override INPUTS: u32; // input channels of a group
override GROUP_OUTPUTS: u32;
override CHANNELS: u32; // of the whole input
override INPUT_X: u32;
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32;
override DELTAS_AT: u32;
override PLACES_AT: u32;
override COLUMNS: u32; // of the Jacobian's rows
override WEIGHTS_COLUMN: u32; // [output][tap][input of the group]
override BIAS_COLUMN: u32;

@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(5) var<storage, read_write> places: array<u32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;

var<workgroup> parts: array<f32, 2560>; // [9 taps and the bias][slice][lane]

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let deltas_at = group.y * DELTAS_STRIDE + DELTAS_AT;
  let places_at = group.y * PLACES_STRIDE + PLACES_AT;
  let blocks = (OUTPUTS + 15u) / 16u;
  let example = group.x / blocks;
  let first = group.x % blocks * 16u;
  let lane = thread % 16u;
  let slice = thread / 16u;
  let output = min(first + lane, OUTPUTS - 1u);
  let cells = CELLS_X * CELLS_Y;
  for (var k = 0u; k < INPUTS; k++) {
    let base = group.y * ACTIVATIONS_STRIDE + INPUT_AT + example * INPUT_SIZE + output / GROUP_OUTPUTS * INPUTS + k;
    // Spelled out: left to the compiler, SwiftShader clears it in the first round alone.
    var sums = array<f32, 10>();
    for (var cell = slice; cell < cells; cell += 16u) {
      let entry = (example * cells + cell) * OUTPUTS + output;
      let d = deltas[deltas_at + entry];
      var place = 0u;
      if (POOL > 1u) {
        place = places[places_at + entry];
      }
      let y = cell / CELLS_X * POOL + place / POOL;
      let x = cell % CELLS_X * POOL + place % POOL;
      let at = base + (y * INPUT_X + x) * CHANNELS;
      let row = INPUT_X * CHANNELS;
      sums[0] = fma(d, activations[at], sums[0]);
      sums[1] = fma(d, activations[at + CHANNELS], sums[1]);
      sums[2] = fma(d, activations[at + 2u * CHANNELS], sums[2]);
      sums[3] = fma(d, activations[at + row], sums[3]);
      sums[4] = fma(d, activations[at + row + CHANNELS], sums[4]);
      sums[5] = fma(d, activations[at + row + 2u * CHANNELS], sums[5]);
      sums[6] = fma(d, activations[at + 2u * row], sums[6]);
      sums[7] = fma(d, activations[at + 2u * row + CHANNELS], sums[7]);
      sums[8] = fma(d, activations[at + 2u * row + 2u * CHANNELS], sums[8]);
      sums[9] += d;
    }
    for (var tap = 0u; tap < 10u; tap++) {
      parts[tap * 256u + thread] = sums[tap];
    }
    workgroupBarrier();
    let tap = thread / 16u;
    if (tap < 10u && first + lane < OUTPUTS) {
      var sum = 0.0;
      for (var other = 0u; other < 16u; other++) {
        sum += parts[tap * 256u + other * 16u + lane];
      }
      let row = group.y * JACOBIAN_STRIDE + example * COLUMNS;
      if (tap < 9u) {
        jacobian[row + WEIGHTS_COLUMN + (output * 9u + tap) * INPUTS + k] = sum;
      } else {
        jacobian[row + BIAS_COLUMN + output] = sum;
      }
    }
    workgroupBarrier();
  }
}
`

/** `kernels/jacobian-images.wgsl`. */
export const jacobianImages = `// The Jacobian's columns of the first convolution, one row an example. A workgroup computes one tap and input channel
// (or the biases) of all output channels; its threads share the cells.

override IMAGE_CHANNELS: u32;
override IMAGE_X: u32;
override IMAGE_Y: u32;
override OUTPUTS: u32;
override CELLS_X: u32;
override CELLS_Y: u32;
override POOL: u32;
override DELTAS_AT: u32;
override PLACES_AT: u32;
override COLUMNS: u32; // of the Jacobian's rows
override WEIGHTS_COLUMN: u32; // [output][tap][input]
override BIAS_COLUMN: u32;

@group(0) @binding(2) var<storage, read_write> images: array<f32>;
@group(0) @binding(5) var<storage, read_write> places: array<vec4u>;
@group(0) @binding(6) var<storage, read_write> deltas: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;

var<workgroup> parts: array<vec4f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let kinds = 9u * IMAGE_CHANNELS + 1u;
  let example = group.x / kinds;
  let kind = group.x % kinds;
  let biases = kind == kinds - 1u;
  let tap = kind / IMAGE_CHANNELS;
  let channel = kind % IMAGE_CHANNELS;
  let quads = OUTPUTS / 4u;
  let slices = 256u / quads;
  let quad = thread % quads;
  let slice = thread / quads;
  let cells = CELLS_X * CELLS_Y;
  let deltas_at = (group.y * DELTAS_STRIDE + DELTAS_AT) / 4u;
  let places_at = (group.y * PLACES_STRIDE + PLACES_AT) / 4u;
  let base = group.y * IMAGES_STRIDE + ((example * IMAGE_CHANNELS + channel) * IMAGE_Y + tap / 3u) * IMAGE_X + tap % 3u;

  var sum = vec4f(0.0);
  if (slice < slices) {
    for (var cell = slice; cell < cells; cell += slices) {
      let entry = (example * cells + cell) * quads + quad;
      let d = deltas[deltas_at + entry];
      if (biases) {
        sum += d;
      } else {
        let at = base + cell / CELLS_X * POOL * IMAGE_X + cell % CELLS_X * POOL;
        if (POOL > 1u) {
          let place = places[places_at + entry];
          let under = at + place / POOL * IMAGE_X + place % POOL;
          sum = fma(d, vec4f(images[under.x], images[under.y], images[under.z], images[under.w]), sum);
        } else {
          sum = fma(d, vec4f(images[at]), sum);
        }
      }
    }
  }
  parts[thread] = sum;
  workgroupBarrier();
  if (thread < quads) {
    for (var other = 1u; other < slices; other++) {
      sum += parts[other * quads + thread];
    }
    for (var i = 0u; i < 4u; i++) {
      let output = 4u * thread + i;
      var column = BIAS_COLUMN + output;
      if (!biases) {
        column = WEIGHTS_COLUMN + (output * 9u + tap) * IMAGE_CHANNELS + channel;
      }
      jacobian[group.y * JACOBIAN_STRIDE + example * COLUMNS + column] = sum[i];
    }
  }
}
`

/** `kernels/optimize-adagrad.wgsl`. */
export const optimizeAdagrad = `// AdaGrad as torch.optim.Adagrad has it; the decay of the learning rate is the host's. Vector 0 is the sum of the squared
// directions.

override WEIGHT_DECAY: f32;
override EPSILON: f32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let direction = fma(WEIGHT_DECAY, parameter, given);
  let sum_at = carried(0u, k, replica);
  let sum = fma(direction, direction, parameters[sum_at]);
  parameters[sum_at] = sum;
  return parameter - learning_rate * direction / (sqrt(sum) + EPSILON);
}
`

/** `kernels/optimize-moments.wgsl`. */
export const optimizeMoments = `// Adam and AdamW as torch.optim has them. Vectors: the average of the directions, that of their squares, and with AMSGrad
// the largest of the latter so far.

override BETA1: f32;
override REST1: f32; // 1 - beta1
override BETA2: f32;
override REST2: f32; // 1 - beta2
override EPSILON: f32;
override ADDED_DECAY: f32; // Adam's: part of the direction
override OWN_DECAY: f32; // AdamW's: apart from it
override AMSGRAD: u32;

fn optimize(k: u32, replica: u32, given_parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let parameter = given_parameter - learning_rate * OWN_DECAY * given_parameter;
  let direction = fma(ADDED_DECAY, parameter, given);
  let average_at = carried(0u, k, replica);
  let square_at = carried(1u, k, replica);
  let average = fma(BETA1, parameters[average_at], REST1 * direction);
  let square = fma(BETA2, parameters[square_at], REST2 * direction * direction);
  parameters[average_at] = average;
  parameters[square_at] = square;
  var largest = square;
  if (AMSGRAD == 1u) {
    let largest_at = carried(2u, k, replica);
    largest = max(parameters[largest_at], square);
    parameters[largest_at] = largest;
  }
  let size = fma(sqrt(largest), batch.square_correction, EPSILON);
  return parameter - learning_rate * batch.average_correction * average / size;
}
`

/** `kernels/optimize-rmsprop.wgsl`. */
export const optimizeRmsprop = `// RMSProp as torch.optim.RMSprop has it. Vectors: the average of the squared directions; then, where they are asked for,
// the average of the directions and the momentum.

override ALPHA: f32;
override REST: f32; // 1 - alpha
override EPSILON: f32;
override WEIGHT_DECAY: f32;
override MOMENTUM: f32;
override CENTERED: u32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let direction = fma(WEIGHT_DECAY, parameter, given);
  let square_at = carried(0u, k, replica);
  var square = fma(ALPHA, parameters[square_at], REST * direction * direction);
  parameters[square_at] = square;
  if (CENTERED == 1u) {
    let average_at = carried(1u, k, replica);
    let average = fma(ALPHA, parameters[average_at], REST * direction);
    parameters[average_at] = average;
    square = max(fma(-average, average, square), 0.0);
  }
  var step = direction / (sqrt(square) + EPSILON);
  if (MOMENTUM > 0.0) {
    let momentum_at = carried(1u + CENTERED, k, replica);
    step = fma(MOMENTUM, parameters[momentum_at], step);
    parameters[momentum_at] = step;
  }
  return parameter - learning_rate * step;
}
`

/** `kernels/optimize-sgd.wgsl`. */
export const optimizeSgd = `// Stochastic gradient descent as torch.optim.SGD has it. Vector 0 is the momentum, where there is one.

override WEIGHT_DECAY: f32;
override MOMENTUM: f32;
override SHARE: f32; // 1 - dampening
override NESTEROV: u32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  var direction = fma(WEIGHT_DECAY, parameter, given);
  if (MOMENTUM > 0.0) {
    let at = carried(0u, k, replica);
    var momentum = direction;
    if (batch.first == 0u) {
      momentum = fma(MOMENTUM, parameters[at], SHARE * direction);
    }
    parameters[at] = momentum;
    direction = select(momentum, fma(MOMENTUM, momentum, direction), NESTEROV == 1u);
  }
  return parameter - learning_rate * direction;
}
`

/** `kernels/update.wgsl`. */
export const update = `// The weights of the rows, the direction J'w and the optimizer's update. A thread owns one parameter. Convolutions: a
// column of the kept Jacobian; linear layers: sum over examples of weight x delta x input.
//
// A step whose numbers are not finite, or whose programs are not solved well enough, halts its replica: neither it nor
// any later step changes a parameter until the host has seen to it.

override EXAMPLES: u32; // planned
override COLUMNS: u32; // of the convolutions, the first parameters
override FEATURES: u32;
override HIDDEN: u32;
override CLASSES: u32;
override CLASSES_PADDED: u32;
override FEATURES_AT: u32;
override HIDDEN_AT: u32;
override HIDDEN_DELTAS_AT: u32;
override CLASS_DELTAS_AT: u32;
override PARAMETERS: u32;
override POSITIONS_AT: u32; // for each column its place among the copies that the forward pass reads
override FORWARD_AT: u32; // copy of the first linear layer, [feature][hidden]
override VECTORS_AT: u32; // what the optimizer carries from step to step
override VECTOR_SIZE: u32;
override LOSSES_AT: u32;
override SCALES_AT: u32;
override PREFERENCE_AT: u32;
override PROJECTIONS_AT: u32;
override WEIGHTS_AT: u32;
override REPORTS_AT: u32;
override HEALTH_AT: u32; // see arenas.ts
override DIRECTION_AT: u32;
override MOST_RESIDUAL: f32; // programs with a larger one are left to the host

@group(0) @binding(1) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> integers: array<i32>;
@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;
@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

const KNOWN = 0u;
const UPGRAD = 1u;
const DUALPROJ = 2u;

const DIVERGED = 1.0;
const UNCERTIFIED = 2.0;

var<workgroup> weights: array<f32, EXAMPLES>; // of the rows divided by their scales
var<workgroup> unhealthy: atomic<u32>;
var<workgroup> unsolved: atomic<u32>;

fn finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// Where entry k of a vector of the optimizer lies.
fn carried(vector: u32, k: u32, replica: u32) -> u32 {
  return replica * PARAMETERS_STRIDE + VECTORS_AT + vector * VECTOR_SIZE + k;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let m = batch.examples;
  let replica = group.y;
  let parameters_at = replica * PARAMETERS_STRIDE;
  let activations_at = replica * ACTIVATIONS_STRIDE;
  let deltas_at = replica * DELTAS_STRIDE;
  let summary_at = replica * SUMMARY_STRIDE;
  let health = summary_at + HEALTH_AT;
  for (var i = thread; i < m; i += 256u) {
    var weight = summary[summary_at + PREFERENCE_AT + i];
    if (batch.method == UPGRAD) {
      weight = 0.0;
      for (var program = 0u; program < m; program++) {
        let projection = summary[summary_at + PROJECTIONS_AT + program * EXAMPLES + i];
        weight = fma(summary[summary_at + PREFERENCE_AT + program], projection, weight);
      }
    }
    if (batch.method == DUALPROJ) {
      weight = summary[summary_at + PROJECTIONS_AT + i];
    }
    if (group.x == 0u) {
      summary[summary_at + WEIGHTS_AT + i] = weight;
    }
    weights[i] = weight * summary[summary_at + SCALES_AT + i];
    if (!finite(weight) || !finite(summary[summary_at + LOSSES_AT + i])) {
      atomicStore(&unhealthy, 1u);
    }
    if (batch.method == UPGRAD || (batch.method == DUALPROJ && i == 0u)) {
      let report = summary_at + REPORTS_AT + 4u * i;
      if (summary[report + 3u] != 1.0 || summary[report] > MOST_RESIDUAL) {
        atomicStore(&unsolved, 1u);
      }
    }
  }
  workgroupBarrier();
  let k = group.x * 256u + thread;
  let diverged = atomicLoad(&unhealthy) == 1u || (batch.method != KNOWN && summary[health] != 0.0);
  let uncertified = atomicLoad(&unsolved) == 1u;
  let halted = summary[health + 3u];
  if (k == 0u) {
    summary[health + 2u] = batch.stamp;
    if (batch.update == 1u) {
      let now = select(select(0.0, UNCERTIFIED, uncertified), DIVERGED, diverged);
      summary[health + 4u] = select(now, halted, halted != 0.0);
    }
  }
  if (k >= PARAMETERS || (batch.update == 1u && (diverged || uncertified || halted != 0.0))) {
    return;
  }
  if (diverged) {
    summary[summary_at + DIRECTION_AT + k] = 0.0;
    return;
  }

  var direction = 0.0;
  var copy = k;
  if (k < COLUMNS) {
    let column = replica * JACOBIAN_STRIDE + k;
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], jacobian[column + i * COLUMNS], direction);
    }
    copy = u32(integers[POSITIONS_AT + k]);
  } else if (k < COLUMNS + HIDDEN * FEATURES) {
    let output = (k - COLUMNS) / FEATURES;
    let input = (k - COLUMNS) % FEATURES;
    for (var i = 0u; i < m; i++) {
      let delta = weights[i] * deltas[deltas_at + HIDDEN_DELTAS_AT + i * HIDDEN + output];
      direction = fma(delta, activations[activations_at + FEATURES_AT + i * FEATURES + input], direction);
    }
    copy = FORWARD_AT + input * HIDDEN + output;
  } else if (k < COLUMNS + HIDDEN * FEATURES + HIDDEN) {
    let output = k - COLUMNS - HIDDEN * FEATURES;
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], deltas[deltas_at + HIDDEN_DELTAS_AT + i * HIDDEN + output], direction);
    }
  } else if (k < COLUMNS + HIDDEN * (FEATURES + 1u + CLASSES)) {
    let at = k - COLUMNS - HIDDEN * (FEATURES + 1u);
    for (var i = 0u; i < m; i++) {
      let delta = weights[i] * deltas[deltas_at + CLASS_DELTAS_AT + i * CLASSES_PADDED + at / HIDDEN];
      direction = fma(delta, activations[activations_at + HIDDEN_AT + i * HIDDEN + at % HIDDEN], direction);
    }
  } else {
    let output = k - COLUMNS - HIDDEN * (FEATURES + 1u + CLASSES);
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], deltas[deltas_at + CLASS_DELTAS_AT + i * CLASSES_PADDED + output], direction);
    }
  }
  if (batch.update == 0u) {
    summary[summary_at + DIRECTION_AT + k] = direction;
    return;
  }

  let learning_rate = batch.learning_rates[replica / 4u][replica % 4u];
  let updated = optimize(k, replica, parameters[parameters_at + k], direction, learning_rate);
  if (!finite(updated)) {
    summary[health + 1u] = 1.0;
  }
  parameters[parameters_at + k] = updated;
  parameters[parameters_at + copy] = updated;
}
`
