// RMSProp as torch.optim.RMSprop has it. Vectors: the average of the squared directions; then, where they are asked for,
// the average of the directions and the momentum.

override ALPHA: f32;
override REST: f32; // 1 - alpha
override EPSILON: f32;
override WEIGHT_DECAY: f32;
override MOMENTUM: f32;
override CENTERED: u32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let direction = fma(WEIGHT_DECAY, parameter, given);
  let square_at = carried(0u, k, replica);
  var square = fma(ALPHA, parameters[square_at], REST * direction * direction);
  parameters[square_at] = square;
  if (CENTERED == 1u) {
    let average_at = carried(1u, k, replica);
    let average = fma(ALPHA, parameters[average_at], REST * direction);
    parameters[average_at] = average;
    square = max(fma(-average, average, square), 0.0);
  }
  var step = direction / (sqrt(square) + EPSILON);
  if (MOMENTUM > 0.0) {
    let momentum_at = carried(1u + CENTERED, k, replica);
    step = fma(MOMENTUM, parameters[momentum_at], step);
    parameters[momentum_at] = step;
  }
  return parameter - learning_rate * step;
}
