// The delta of the input of a grouped convolution, through the ELU that made this input. A thread gathers one input
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
