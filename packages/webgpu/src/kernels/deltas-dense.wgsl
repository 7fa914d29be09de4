// The delta of the input of a convolution over all channels, through the ELU that made this input. A thread gathers
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
