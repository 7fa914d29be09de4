// What changes from step to step; every kernel reads it at binding 0.
struct Batch {
  examples: u32,
  // 1 updates the parameters; 0 leaves them and writes the direction to the summary.
  update: u32,
  // 1 in the first update: the momentum is the direction itself.
  first: u32,
  // Where the weights of the rows come from: 0 known beforehand, 1 UPGrad, 2 DualProj.
  method: u32,
  learning_rate: f32,
  // Number of the submit; the last kernel leaves it in the summary as a sign that it ran.
  stamp: f32,
}

@group(0) @binding(0) var<uniform> batch: Batch;
