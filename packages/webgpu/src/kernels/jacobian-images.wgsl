// The Jacobian's columns of the first convolution, one row an example. A workgroup computes one tap and input channel
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
