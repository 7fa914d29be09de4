//! Initial parameters, as PyTorch draws them by default, from a seeded generator.

use crate::plan::{Initial, Parameter};
use crate::random::Stream;

/// The initial entries of one tensor, in PyTorch's order: tensor number `index` of a network with this `seed`.
///
/// Convolutions and linear layers: weight and bias uniform in ±1/√fan_in, fan_in = (inputs / groups) · kernel²
/// (`nn.Conv2d.reset_parameters`). Recurrent layers: uniform in ±1/√hidden. Embeddings: N(0, 1), by the polar
/// method of Marsaglia and Bray (1964). Normalisations: weight 1, bias 0. The distribution is PyTorch's; the
/// stream of draws is this crate's own.
#[must_use]
pub fn initial_values(parameter: &Parameter, index: usize, seed: u64) -> Vec<f32> {
    match parameter.initial {
        Initial::Constant(value) => vec![value as f32; parameter.size],
        Initial::Uniform(bound) => {
            let stream = Stream::new(seed, &[0, index as u64]);
            (0..parameter.size as u64)
                .map(|i| (bound * (2.0 * stream.uniform(i) - 1.0)) as f32)
                .collect()
        }
        Initial::Normal => {
            let stream = Stream::new(seed, &[0, index as u64]);
            let mut draws = (0..).map(|i| 2.0 * stream.uniform(i) - 1.0);
            let mut normal = || loop {
                let (x, y) = (draws.next()?, draws.next()?);
                let square = x * x + y * y;
                if square > 0.0 && square < 1.0 {
                    return Some((x * (-2.0 * libm::log(square) / square).sqrt()) as f32);
                }
            };
            (0..parameter.size).map_while(|_| normal()).collect()
        }
    }
}
