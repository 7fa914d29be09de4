// The Gramian of the rows divided by their scales, from its parts. A thread sums one entry.

override EXAMPLES: u32; // planned
override TILE_EXAMPLES: u32; // of the tiles in which the parts were summed
override SIDE: u32; // examples of all tiles
override PARTS: u32; // a multiple of four
override PARTS_AT: u32;
override GRAMIAN_AT: u32; // [EXAMPLES][EXAMPLES]

@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= EXAMPLES * EXAMPLES) {
    return;
  }
  // Pairs of tiles below the diagonal are not summed.
  var row = id.x / EXAMPLES;
  var column = id.x % EXAMPLES;
  if (row / TILE_EXAMPLES > column / TILE_EXAMPLES) {
    let upper = column;
    column = row;
    row = upper;
  }
  let size = SIDE * SIDE;
  let summary_at = id.y * SUMMARY_STRIDE;
  let base = summary_at + PARTS_AT + row * SIDE + column;
  // Four sums at a time; the parts are padded with zeros to a multiple of four.
  var sums = vec4f(0.0);
  for (var part = 0u; part < PARTS; part += 4u) {
    let at = base + part * size;
    sums += vec4f(summary[at], summary[at + size], summary[at + 2u * size], summary[at + 3u * size]);
  }
  summary[summary_at + GRAMIAN_AT + id.x] = (sums.x + sums.y) + (sums.z + sums.w);
}
