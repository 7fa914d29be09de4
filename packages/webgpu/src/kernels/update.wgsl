// The weights of the rows, the direction J'w and SGD. A thread owns one parameter. Convolutions: a column of the kept
// Jacobian; linear layers: sum over examples of weight x delta x input.

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
override MOMENTUM_AT: u32;
override LOSSES_AT: u32;
override SCALES_AT: u32;
override PREFERENCE_AT: u32;
override PROJECTIONS_AT: u32;
override WEIGHTS_AT: u32;
override HEALTH_AT: u32; // second entry: 1 once a parameter is not finite; third: the stamp
override DIRECTION_AT: u32;
override MOMENTUM: f32;
override DAMPENING: f32;
override WEIGHT_DECAY: f32;
override NESTEROV: u32;

@group(0) @binding(1) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(3) var<storage, read_write> integers: array<i32>;
@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;
@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

const KNOWN = 0u;
const UPGRAD = 1u;
const DUALPROJ = 2u;

var<workgroup> weights: array<f32, EXAMPLES>; // of the rows divided by their scales
var<workgroup> unhealthy: atomic<u32>;

fn finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let m = batch.examples;
  for (var i = thread; i < m; i += 256u) {
    var weight = summary[PREFERENCE_AT + i];
    if (batch.method == UPGRAD) {
      weight = 0.0;
      for (var program = 0u; program < m; program++) {
        weight = fma(summary[PREFERENCE_AT + program], summary[PROJECTIONS_AT + program * EXAMPLES + i], weight);
      }
    }
    if (batch.method == DUALPROJ) {
      weight = summary[PROJECTIONS_AT + i];
    }
    if (group.x == 0u) {
      summary[WEIGHTS_AT + i] = weight;
    }
    weights[i] = weight * summary[SCALES_AT + i];
    if (!finite(weight) || !finite(summary[LOSSES_AT + i])) {
      atomicStore(&unhealthy, 1u);
    }
  }
  workgroupBarrier();
  let k = group.x * 256u + thread;
  if (k == 0u) {
    summary[HEALTH_AT + 2u] = batch.stamp;
  }
  if (k >= PARAMETERS || atomicLoad(&unhealthy) == 1u || (batch.method != KNOWN && summary[HEALTH_AT] != 0.0)) {
    return;
  }

  var direction = 0.0;
  var copy = k;
  if (k < COLUMNS) {
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], jacobian[i * COLUMNS + k], direction);
    }
    copy = u32(integers[POSITIONS_AT + k]);
  } else if (k < COLUMNS + HIDDEN * FEATURES) {
    let output = (k - COLUMNS) / FEATURES;
    let input = (k - COLUMNS) % FEATURES;
    for (var i = 0u; i < m; i++) {
      let delta = weights[i] * deltas[HIDDEN_DELTAS_AT + i * HIDDEN + output];
      direction = fma(delta, activations[FEATURES_AT + i * FEATURES + input], direction);
    }
    copy = FORWARD_AT + input * HIDDEN + output;
  } else if (k < COLUMNS + HIDDEN * FEATURES + HIDDEN) {
    let output = k - COLUMNS - HIDDEN * FEATURES;
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], deltas[HIDDEN_DELTAS_AT + i * HIDDEN + output], direction);
    }
  } else if (k < COLUMNS + HIDDEN * (FEATURES + 1u + CLASSES)) {
    let at = k - COLUMNS - HIDDEN * (FEATURES + 1u);
    for (var i = 0u; i < m; i++) {
      let delta = weights[i] * deltas[CLASS_DELTAS_AT + i * CLASSES_PADDED + at / HIDDEN];
      direction = fma(delta, activations[HIDDEN_AT + i * HIDDEN + at % HIDDEN], direction);
    }
  } else {
    let output = k - COLUMNS - HIDDEN * (FEATURES + 1u + CLASSES);
    for (var i = 0u; i < m; i++) {
      direction = fma(weights[i], deltas[CLASS_DELTAS_AT + i * CLASSES_PADDED + output], direction);
    }
  }
  if (batch.update == 0u) {
    summary[DIRECTION_AT + k] = direction;
    return;
  }

  let parameter = parameters[k];
  direction = fma(WEIGHT_DECAY, parameter, direction);
  if (MOMENTUM > 0.0) {
    var momentum = direction;
    if (batch.first == 0u) {
      momentum = fma(MOMENTUM, parameters[MOMENTUM_AT + k], (1.0 - DAMPENING) * direction);
    }
    parameters[MOMENTUM_AT + k] = momentum;
    direction = select(momentum, fma(MOMENTUM, momentum, direction), NESTEROV == 1u);
  }
  let updated = parameter - batch.learning_rate * direction;
  if (!finite(updated)) {
    summary[HEALTH_AT + 1u] = 1.0;
  }
  parameters[k] = updated;
  parameters[copy] = updated;
}
