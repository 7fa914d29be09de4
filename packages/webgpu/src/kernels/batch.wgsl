// What changes from step to step; every kernel reads it at binding 0.
struct Batch {
  examples: u32,
  // 1 updates the parameters; 0 leaves them and writes the direction to the summary.
  update: u32,
  // 1 in the first update: what an optimizer averages has no past.
  first: u32,
  // Where the weights of the rows come from: 0 known beforehand, 1 UPGrad, 2 DualProj.
  method: u32,
  // Number of the submit; the last kernel leaves it in the summary as a sign that it ran.
  stamp: f32,
  // In iteration k, for averages that start at zero: 1 / (1 - beta1^k) and 1 / sqrt(1 - beta2^k).
  average_correction: f32,
  square_correction: f32,
  // One a replica.
  learning_rates: array<vec4f, 16>,
}

@group(0) @binding(0) var<uniform> batch: Batch;

// Replicas of a network train side by side, one in each row of workgroups. Entries from the arrays of one replica to
// those of the next; 0 where all read the same.
override PARAMETERS_STRIDE: u32;
override IMAGES_STRIDE: u32;
override LABELS_STRIDE: u32;
override ACTIVATIONS_STRIDE: u32;
override PLACES_STRIDE: u32;
override DELTAS_STRIDE: u32;
override JACOBIAN_STRIDE: u32;
override SUMMARY_STRIDE: u32;
