// The Gramian of the rows divided by their scales, from its parts. A thread sums one entry.

override EXAMPLES: u32; // planned
override BLOCKS: u32; // ceil(EXAMPLES / 4)
override PARTS: u32;
override PARTS_AT: u32;
override GRAMIAN_AT: u32; // [EXAMPLES][EXAMPLES]

@group(0) @binding(8) var<storage, read_write> summary: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= EXAMPLES * EXAMPLES) {
    return;
  }
  let size = BLOCKS * BLOCKS * 16u;
  let base = PARTS_AT + id.x / EXAMPLES * BLOCKS * 4u + id.x % EXAMPLES;
  var sums = vec4f(0.0);
  for (var part = 0u; part < PARTS; part += 4u) {
    for (var i = 0u; i < 4u; i++) {
      if (part + i < PARTS) {
        sums[i] += summary[base + (part + i) * size];
      }
    }
  }
  summary[GRAMIAN_AT + id.x] = (sums.x + sums.y) + (sums.z + sums.w);
}
