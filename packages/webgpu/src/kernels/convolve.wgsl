// Convolution 3 x 3, bias, max pool with the place of the maximum, ELU; any groups. A thread computes one cell (one
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
