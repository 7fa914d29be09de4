// The Jacobian's columns of a convolution over all input channels, one row an example: J_i = sum over cells of
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
