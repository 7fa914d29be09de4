//! Elementary functions with the same bits in every runtime. JavaScript leaves its own to each
//! engine; these are musl's, from `libm`, within one unit in the last place or little more.

use wasm_bindgen::prelude::*;

/// e^x.
#[wasm_bindgen(js_name = realExp)]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
#[wasm_bindgen(js_name = realLog)]
pub fn log(x: f64) -> f64 {
    libm::log(x)
}

/// log(1 + x), accurate near 0.
#[wasm_bindgen(js_name = realLog1p)]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The sine of an angle in radians.
#[wasm_bindgen(js_name = realSin)]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine of an angle in radians.
#[wasm_bindgen(js_name = realCos)]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The hyperbolic tangent.
#[wasm_bindgen(js_name = realTanh)]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// x^y.
#[wasm_bindgen(js_name = realPow)]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}
