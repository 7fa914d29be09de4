// From the features of one example to their delta: linear, ELU, linear, cross-entropy, and back. One workgroup an
// example, so that nothing has to be summed across workgroups.
//
// Deltas are divided by 2^e, the largest power of two in the delta of the logits: rows of the Jacobian then have
// similar lengths, and squares of the shortest ones do not underflow. `scale` of the summary is 2^e, 0 for a zero row.

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
