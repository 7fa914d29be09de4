// Convolution 3 x 3 over all input channels, bias, max pool with the place of the maximum, ELU. A thread computes four
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
