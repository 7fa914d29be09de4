// Parts of the Gramian of the rows divided by their scales. A workgroup sums one chunk of columns of the convolutions'
// Jacobian, or takes one linear layer whole, (A A' + 1) o (D D') with inputs A and deltas D, for one pair of tiles of
// examples on or above the diagonal. A thread holds a block of 4 x 4 pairs of examples. Sums run over 64 columns, then
// over these sums, then over the parts.

override TILES: u32; // of examples; 64 in each when there are several
override BLOCKS: u32; // of four examples, in a tile
override SIDES: u32; // 1 for one tile, else 2
override TILE: u32; // columns loaded at once, a divisor of 64
override THREADS: u32; // at least BLOCKS^2
override CHUNKS: u32;
override CHUNK: u32; // columns of a chunk, a multiple of 64
override COLUMNS: u32; // of the Jacobian's rows
override FEATURES: u32;
override FEATURES_AT: u32;
override HIDDEN: u32;
override HIDDEN_AT: u32;
override HIDDEN_DELTAS_AT: u32;
override CLASSES_PADDED: u32;
override CLASS_DELTAS_AT: u32;
override PARTS_AT: u32;

@group(0) @binding(4) var<storage, read_write> activations: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> jacobian: array<f32>;
@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

// Which rows: 0 the Jacobian's, 1 activations, 2 deltas.
struct Rows {
  kind: u32,
  at: u32,
  stride: u32,
  replica: u32,
}

var<workgroup> tile: array<vec4f, SIDES * TILE * (BLOCKS + 1u)>;

fn load(rows: Rows, example: u32, column: u32, end: u32) -> f32 {
  if (example >= batch.examples || column >= end) {
    return 0.0;
  }
  let at = rows.at + example * rows.stride + column;
  if (rows.kind == 0u) {
    return jacobian[rows.replica * JACOBIAN_STRIDE + at];
  }
  if (rows.kind == 1u) {
    return activations[rows.replica * ACTIVATIONS_STRIDE + at];
  }
  return deltas[rows.replica * DELTAS_STRIDE + at];
}

// Loads four rows a block of one tile of examples, TILE columns of them.
fn load_tile(rows: Rows, tile_of_examples: u32, side: u32, first: u32, end: u32, thread: u32) {
  for (var k = thread; k < TILE * BLOCKS; k += THREADS) {
    let column = k % TILE;
    let example = (tile_of_examples * BLOCKS + k / TILE) * 4u;
    tile[(side * TILE + column) * (BLOCKS + 1u) + k / TILE] = vec4f(
      load(rows, example, first + column, end),
      load(rows, example + 1u, first + column, end),
      load(rows, example + 2u, first + column, end),
      load(rows, example + 3u, first + column, end)
    );
  }
}

// Inner products over columns start to end of the rows of this thread's block; [i] holds row i against four rows.
fn products(rows: Rows, pair: vec2u, start: u32, end: u32, thread: u32) -> mat4x4f {
  let i = min(thread / BLOCKS, BLOCKS - 1u);
  let j = thread % BLOCKS;
  let side = select(1u, 0u, pair.x == pair.y);
  var total = mat4x4f();
  var sum = mat4x4f();
  var columns = 0u;
  for (var first = start; first < end; first += TILE) {
    load_tile(rows, pair.x, 0u, first, end, thread);
    if (side == 1u) {
      load_tile(rows, pair.y, 1u, first, end, thread);
    }
    workgroupBarrier();
    for (var column = 0u; column < TILE && thread < BLOCKS * BLOCKS; column++) {
      let a = tile[column * (BLOCKS + 1u) + i];
      let b = tile[(side * TILE + column) * (BLOCKS + 1u) + j];
      sum[0] = fma(vec4f(a.x), b, sum[0]);
      sum[1] = fma(vec4f(a.y), b, sum[1]);
      sum[2] = fma(vec4f(a.z), b, sum[2]);
      sum[3] = fma(vec4f(a.w), b, sum[3]);
    }
    workgroupBarrier();
    columns += TILE;
    if (columns % 64u == 0u) {
      total += sum;
      sum = mat4x4f();
    }
  }
  return total + sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  let pairs = TILES * (TILES + 1u) / 2u;
  let index = group.x / pairs;
  var pair = vec2u(0u, group.x % pairs);
  while (pair.y >= TILES - pair.x) {
    pair.y -= TILES - pair.x;
    pair.x++;
  }
  pair.y += pair.x;

  var part = mat4x4f();
  if (index < CHUNKS) {
    let start = index * CHUNK;
    part = products(Rows(0u, 0u, COLUMNS, group.y), pair, start, min(start + CHUNK, COLUMNS), thread);
  } else {
    var inputs = Rows(1u, HIDDEN_AT, HIDDEN, group.y);
    var outputs = Rows(2u, CLASS_DELTAS_AT, CLASSES_PADDED, group.y);
    if (index == CHUNKS) {
      inputs = Rows(1u, FEATURES_AT, FEATURES, group.y);
      outputs = Rows(2u, HIDDEN_DELTAS_AT, HIDDEN, group.y);
    }
    let of_inputs = products(inputs, pair, 0u, inputs.stride, thread);
    let of_deltas = products(outputs, pair, 0u, outputs.stride, thread);
    for (var row = 0u; row < 4u; row++) {
      part[row] = (of_inputs[row] + 1.0) * of_deltas[row];
    }
  }
  if (thread < BLOCKS * BLOCKS) {
    let side = TILES * BLOCKS * 4u;
    let first_row = (pair.x * BLOCKS + thread / BLOCKS) * 4u;
    let first_column = (pair.y * BLOCKS + thread % BLOCKS) * 4u;
    for (var row = 0u; row < 4u; row++) {
      let to = group.y * SUMMARY_STRIDE + PARTS_AT + (index * side + first_row + row) * side + first_column;
      let value = part[row];
      summary[to] = value.x;
      summary[to + 1u] = value.y;
      summary[to + 2u] = value.z;
      summary[to + 3u] = value.w;
    }
  }
}
