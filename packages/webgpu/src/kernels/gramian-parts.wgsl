// Parts of the Gramian of the rows divided by their scales. A workgroup sums one chunk of columns of the convolutions'
// Jacobian, or takes one linear layer whole, (A A' + 1) o (D D') with inputs A and deltas D. A thread holds a block of
// 4 x 4 pairs of examples. Sums run over 64 columns, then over these sums, then over the parts.

override BLOCKS: u32; // ceil(EXAMPLES / 4)
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

const TILE = 32u;

// Which rows: 0 the Jacobian's, 1 activations, 2 deltas.
struct Rows {
  kind: u32,
  at: u32,
  stride: u32,
}

var<workgroup> tile: array<vec4f, TILE * (BLOCKS + 1u)>;

fn load(rows: Rows, example: u32, column: u32, end: u32) -> f32 {
  if (example >= batch.examples || column >= end) {
    return 0.0;
  }
  let at = rows.at + example * rows.stride + column;
  if (rows.kind == 0u) {
    return jacobian[at];
  }
  if (rows.kind == 1u) {
    return activations[at];
  }
  return deltas[at];
}

// Inner products over columns start to end of the rows of this thread's block; [i] holds row i against four rows.
fn products(rows: Rows, start: u32, end: u32, thread: u32) -> mat4x4f {
  let i = min(thread / BLOCKS, BLOCKS - 1u);
  let j = thread % BLOCKS;
  var total = mat4x4f();
  var sum = mat4x4f();
  var tiles = 0u;
  for (var first = start; first < end; first += TILE) {
    for (var k = thread; k < TILE * BLOCKS; k += THREADS) {
      let column = k % TILE;
      let example = k / TILE * 4u;
      tile[column * (BLOCKS + 1u) + k / TILE] = vec4f(
        load(rows, example, first + column, end),
        load(rows, example + 1u, first + column, end),
        load(rows, example + 2u, first + column, end),
        load(rows, example + 3u, first + column, end)
      );
    }
    workgroupBarrier();
    for (var column = 0u; column < TILE && thread < BLOCKS * BLOCKS; column++) {
      let a = tile[column * (BLOCKS + 1u) + i];
      let b = tile[column * (BLOCKS + 1u) + j];
      sum[0] = fma(vec4f(a.x), b, sum[0]);
      sum[1] = fma(vec4f(a.y), b, sum[1]);
      sum[2] = fma(vec4f(a.z), b, sum[2]);
      sum[3] = fma(vec4f(a.w), b, sum[3]);
    }
    workgroupBarrier();
    tiles++;
    if (tiles % 2u == 0u) {
      total += sum;
      sum = mat4x4f();
    }
  }
  return total + sum;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32, @builtin(workgroup_id) group: vec3u) {
  var part = mat4x4f();
  if (group.x < CHUNKS) {
    let start = group.x * CHUNK;
    part = products(Rows(0u, 0u, COLUMNS), start, min(start + CHUNK, COLUMNS), thread);
  } else {
    var inputs = Rows(1u, HIDDEN_AT, HIDDEN);
    var outputs = Rows(2u, CLASS_DELTAS_AT, CLASSES_PADDED);
    if (group.x == CHUNKS) {
      inputs = Rows(1u, FEATURES_AT, FEATURES);
      outputs = Rows(2u, HIDDEN_DELTAS_AT, HIDDEN);
    }
    let of_inputs = products(inputs, 0u, inputs.stride, thread);
    let of_deltas = products(outputs, 0u, outputs.stride, thread);
    for (var row = 0u; row < 4u; row++) {
      part[row] = (of_inputs[row] + 1.0) * of_deltas[row];
    }
  }
  if (thread < BLOCKS * BLOCKS) {
    for (var row = 0u; row < 4u; row++) {
      let to = PARTS_AT + ((group.x * BLOCKS * 4u) + thread / BLOCKS * 4u + row) * BLOCKS * 4u + thread % BLOCKS * 4u;
      let value = part[row];
      summary[to] = value.x;
      summary[to + 1u] = value.y;
      summary[to + 2u] = value.z;
      summary[to + 3u] = value.w;
    }
  }
}
