// exp(x) - 1 loses all digits near 0: there it is the Taylor polynomial of degree 8, exact to 1e-9 relative.
fn elu(x: vec4f) -> vec4f {
  let near = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 *
    (1.0 + x / 6.0 * (1.0 + x / 7.0 * (1.0 + x / 8.0)))))));
  let below = select(exp(min(x, vec4f(0.0))) - 1.0, near, x > vec4f(-0.35));
  // min(x, 0) of a NaN may be 0: it is kept by its bits.
  let not_a_number = (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
  return select(below, x, (x > vec4f(0.0)) | not_a_number);
}

// The derivative of ELU from its value: 1 above zero, exp(x) = value + 1 below.
fn elu_slope(value: vec4f) -> vec4f {
  return select(value + 1.0, vec4f(1.0), value > vec4f(0.0));
}
