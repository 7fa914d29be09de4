// The Jacobian's columns of a grouped convolution, one row an example. A workgroup computes the taps and biases of 16
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
