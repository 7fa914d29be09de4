// The weights of the rows, the direction J'w and the optimizer's update. A thread owns one parameter. Convolutions: a
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
