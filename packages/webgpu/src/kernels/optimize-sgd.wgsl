// Stochastic gradient descent as torch.optim.SGD has it. Vector 0 is the momentum, where there is one.

override WEIGHT_DECAY: f32;
override MOMENTUM: f32;
override SHARE: f32; // 1 - dampening
override NESTEROV: u32;

fn optimize(k: u32, replica: u32, parameter: f32, given: f32, learning_rate: f32) -> f32 {
  var direction = fma(WEIGHT_DECAY, parameter, given);
  if (MOMENTUM > 0.0) {
    let at = carried(0u, k, replica);
    var momentum = direction;
    if (batch.first == 0u) {
      momentum = fma(MOMENTUM, parameters[at], SHARE * direction);
    }
    parameters[at] = momentum;
    direction = select(momentum, fma(MOMENTUM, momentum, direction), NESTEROV == 1u);
  }
  return parameter - learning_rate * direction;
}
