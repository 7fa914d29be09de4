// AdaGrad as torch.optim.Adagrad has it; the decay of the learning rate is the host's. Vector 0 is the sum of the squared
// directions.

override WEIGHT_DECAY: f32;
override EPSILON: f32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let direction = fma(WEIGHT_DECAY, parameter, given);
  let sum_at = carried(0u, k, replica);
  let sum = fma(direction, direction, parameters[sum_at]);
  parameters[sum_at] = sum;
  return parameter - learning_rate * direction / (sqrt(sum) + EPSILON);
}
