//! Activation functions, in place and on any layout. At their kinks the derivatives are PyTorch's.

use crate::real::Real;
use crate::rows::{Rows, RowsMut};
use crate::stage::{Draw, Map};

/// A function of one entry whose derivative is known from its output.
trait FromOutput {
    const NAME: &'static str;
    fn value<T: Real>(x: T) -> T;
    fn derivative<T: Real>(y: T) -> T;
}

/// max(x, 0), with derivative 0 at 0.
#[derive(Debug)]
pub struct Relu;

impl FromOutput for Relu {
    const NAME: &'static str = "relu";
    fn value<T: Real>(x: T) -> T {
        // NaN is kept, so that it shows in the loss.
        if x < T::ZERO { T::ZERO } else { x }
    }
    fn derivative<T: Real>(y: T) -> T {
        if y > T::ZERO { T::ONE } else { T::ZERO }
    }
}

/// Hyperbolic tangent.
#[derive(Debug)]
pub struct Tanh;

impl FromOutput for Tanh {
    const NAME: &'static str = "tanh";
    fn value<T: Real>(x: T) -> T {
        x.tanh()
    }
    fn derivative<T: Real>(y: T) -> T {
        T::ONE - y * y
    }
}

/// 1 / (1 + e⁻ˣ).
#[derive(Debug)]
pub struct Sigmoid;

impl FromOutput for Sigmoid {
    const NAME: &'static str = "sigmoid";
    fn value<T: Real>(x: T) -> T {
        T::ONE / (T::ONE + (-x).exp())
    }
    fn derivative<T: Real>(y: T) -> T {
        (T::ONE - y) * y
    }
}

impl<T: Real, F: FromOutput + Send + Sync> Map<T> for F {
    fn kernel(&self) -> String {
        F::NAME.into()
    }

    fn forward(
        &self,
        examples: usize,
        size: usize,
        mut values: RowsMut<'_, T>,
        _tape: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            for v in &mut values.row(e)[..size] {
                *v = F::value(*v);
            }
        }
    }

    fn backward(
        &self,
        examples: usize,
        size: usize,
        values: Rows<'_, T>,
        _tape: Rows<'_, T>,
        mut deltas: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            for (d, &y) in deltas.row(e)[..size].iter_mut().zip(values.row(e)) {
                *d *= F::derivative(y);
            }
        }
    }
}

/// x for x > 0, eˣ − 1 otherwise.
#[derive(Debug)]
pub struct Elu;

impl<T: Real> Map<T> for Elu {
    fn kernel(&self) -> String {
        "elu".into()
    }

    fn forward(
        &self,
        examples: usize,
        size: usize,
        mut values: RowsMut<'_, T>,
        _tape: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            T::elu(&mut values.row(e)[..size]);
        }
    }

    fn backward(
        &self,
        examples: usize,
        size: usize,
        values: Rows<'_, T>,
        _tape: Rows<'_, T>,
        mut deltas: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            T::elu_backward(&values.row(e)[..size], &mut deltas.row(e)[..size]);
        }
    }
}

/// x Φ(x), Φ the normal distribution function, exactly and not by its tanh approximation
/// (Hendrycks and Gimpel, 2016). The input stays on the tape: the output does not determine it.
#[derive(Debug)]
pub struct Gelu {
    size: usize,
}

impl Gelu {
    /// GELU of `size` entries an example.
    #[must_use]
    pub const fn new(size: usize) -> Self {
        Self { size }
    }
}

/// Φ(x).
fn normal_distribution<T: Real>(x: T) -> T {
    let half = T::from_f64(0.5);
    half * (T::ONE + (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

/// φ(x) = e^(−x²/2) / √(2π).
fn normal_density<T: Real>(x: T) -> T {
    let scale =
        T::from_f64(std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2 * 0.5);
    scale * (-(x * x) * T::from_f64(0.5)).exp()
}

impl<T: Real> Map<T> for Gelu {
    fn kernel(&self) -> String {
        "gelu".into()
    }

    fn tape_count(&self) -> usize {
        self.size
    }

    fn forward(
        &self,
        examples: usize,
        size: usize,
        mut values: RowsMut<'_, T>,
        mut tape: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            for (v, input) in values.row(e)[..size].iter_mut().zip(tape.row(e)) {
                *input = *v;
                *v *= normal_distribution(*v);
            }
        }
    }

    fn backward(
        &self,
        examples: usize,
        size: usize,
        _values: Rows<'_, T>,
        tape: Rows<'_, T>,
        mut deltas: RowsMut<'_, T>,
        _draw: Option<Draw>,
    ) {
        for e in 0..examples {
            for (d, &x) in deltas.row(e)[..size].iter_mut().zip(tape.row(e)) {
                *d *= normal_distribution(x) + x * normal_density(x);
            }
        }
    }
}
