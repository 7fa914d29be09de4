// Adam and AdamW as torch.optim has them. Vectors: the average of the directions, that of their squares, and with AMSGrad
// the largest of the latter so far.

override BETA1: f32;
override REST1: f32; // 1 - beta1
override BETA2: f32;
override REST2: f32; // 1 - beta2
override EPSILON: f32;
override ADDED_DECAY: f32; // Adam's: part of the direction
override OWN_DECAY: f32; // AdamW's: apart from it
override AMSGRAD: u32;

fn optimize(k: u32, replica: u32, given_parameter: f32, given: f32, learning_rate: f32) -> f32 {
  let parameter = given_parameter - learning_rate * OWN_DECAY * given_parameter;
  let direction = fma(ADDED_DECAY, parameter, given);
  let average_at = carried(0u, k, replica);
  let square_at = carried(1u, k, replica);
  let average = fma(BETA1, parameters[average_at], REST1 * direction);
  let square = fma(BETA2, parameters[square_at], REST2 * direction * direction);
  parameters[average_at] = average;
  parameters[square_at] = square;
  var largest = square;
  if (AMSGRAD == 1u) {
    let largest_at = carried(2u, k, replica);
    largest = max(parameters[largest_at], square);
    parameters[largest_at] = largest;
  }
  let size = fma(sqrt(largest), batch.square_correction, EPSILON);
  return parameter - learning_rate * batch.average_correction * average / size;
}
