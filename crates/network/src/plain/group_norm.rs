//! Normalisation over groups of neighbouring channels of one example, then a weight and a bias a channel
//! (Wu and He, 2018, "Group normalization").

use super::parameters::Parameters;
use super::products::sum;
use super::standardise::Statistics;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};

/// The stage of group normalisation on `[channels, height, width]` or `[channels]`.
#[derive(Debug)]
pub struct GroupNorm {
    channels: usize,
    /// Entries of one channel.
    area: usize,
    groups: usize,
    epsilon: f64,
    parameters: Parameters,
}

impl GroupNorm {
    /// Group normalisation of `shape`.
    #[must_use]
    pub fn new(shape: &[usize], groups: usize, epsilon: f64) -> Self {
        let channels = shape[0];
        Self {
            channels,
            area: shape[1..].iter().product(),
            groups,
            epsilon,
            parameters: Parameters {
                weight: channels,
                bias: channels,
            },
        }
    }
}

impl<T: Real> Stage<T> for GroupNorm {
    fn kernel(&self) -> String {
        "plain group-norm".into()
    }

    fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        self.parameters.for_each_source(visit);
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Jacobian
    }

    /// Mean and inverse deviation of each group.
    fn tape_count(&self) -> usize {
        2 * self.groups
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let (area, members) = (self.area, self.channels / self.groups);
        let (weight, bias) = self.parameters.split(pass.parameters);
        for e in 0..pass.examples {
            let (from, to, tape) = (input.row(e), output.row(e), pass.tape.row(e));
            for group in 0..self.groups {
                let statistics = Statistics::of(
                    &from[group * members * area..][..members * area],
                    T::from_f64(self.epsilon),
                );
                (tape[2 * group], tape[2 * group + 1]) = (statistics.mean, statistics.inverse);
                for c in group * members..(group + 1) * members {
                    for (y, &x) in to[c * area..][..area].iter_mut().zip(&from[c * area..]) {
                        *y = statistics.standard(x) * weight[c] + bias[c];
                    }
                }
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        input: Rows<'_, T>,
        delta: Rows<'_, T>,
        mut delta_input: Option<RowsMut<'_, T>>,
        mut gradient: Option<GradientRows<'_, T>>,
    ) {
        let (area, members) = (self.area, self.channels / self.groups);
        let (scale, _) = self.parameters.split(pass.parameters);
        for e in 0..pass.examples {
            let (from, deltas, tape) = (input.row(e), delta.row(e), pass.tape.row(e));
            let statistics = |group: usize| Statistics {
                mean: tape[2 * group],
                inverse: tape[2 * group + 1],
            };
            if let Some(gradient) = &mut gradient {
                let (row, accumulate) = gradient.row(e);
                if !accumulate {
                    row.fill(T::ZERO);
                }
                let (weight, bias) = self.parameters.split_mut(row);
                for c in 0..self.channels {
                    let statistics = statistics(c / members);
                    let deltas = &deltas[c * area..][..area];
                    let mut total = T::ZERO;
                    for (&d, &x) in deltas.iter().zip(&from[c * area..]) {
                        total += d * statistics.standard(x);
                    }
                    weight[c] += total;
                    bias[c] += sum(deltas);
                }
            }
            if let Some(delta_input) = &mut delta_input {
                let to = &mut delta_input.row(e)[..self.channels * area];
                for c in 0..self.channels {
                    for (t, &d) in to[c * area..][..area].iter_mut().zip(&deltas[c * area..]) {
                        *t = d * scale[c];
                    }
                }
                for (group, to) in to.chunks_exact_mut(members * area).enumerate() {
                    statistics(group)
                        .backward(&from[group * members * area..][..members * area], to);
                }
            }
        }
    }
}
