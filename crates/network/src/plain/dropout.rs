//! Dropout (Srivastava and others, 2014), in place and on any layout.
//!
//! Whether an entry is dropped depends on seed, step, layer, example and the entry's place in PyTorch's order
//! alone, so every layout and every order of the groups draws the same mask, and the backward pass draws it again
//! instead of keeping it.

use crate::layout::{Boundary, Layout};
use crate::random::Stream;
use crate::real::Real;
use crate::rows::{Rows, RowsMut};
use crate::stage::{Draw, Map};

/// The map of a dropout layer.
#[derive(Debug)]
pub struct Dropout {
    layer: u64,
    probability: f64,
    /// Position to place in PyTorch's order, where they differ.
    places: Option<Vec<usize>>,
}

impl Dropout {
    /// Dropout of each entry of `boundary` with `probability`, as layer number `layer`.
    #[must_use]
    pub fn new(boundary: &Boundary, layer: usize, probability: f64) -> Self {
        let places = (boundary.layout != Layout::Plain).then(|| boundary.order());
        Self {
            layer: layer as u64,
            probability,
            places,
        }
    }

    /// Multiplies each entry of a row of example `example` by 0 or 1 / (1 − p).
    fn apply<T: Real>(&self, row: &mut [T], draw: Draw, example: usize) {
        let scale = T::from_f64(1.0 / (1.0 - self.probability));
        let stream = Stream::new(draw.seed, &[1, draw.step, self.layer, example as u64]);
        for (position, value) in row.iter_mut().enumerate() {
            let place = self
                .places
                .as_ref()
                .map_or(position, |places| places[position]);
            if stream.uniform(place as u64) < self.probability {
                *value = T::ZERO;
            } else {
                *value *= scale;
            }
        }
    }

    fn apply_all<T: Real>(
        &self,
        examples: usize,
        size: usize,
        mut rows: RowsMut<'_, T>,
        draw: Option<Draw>,
    ) {
        let Some(draw) = draw else { return };
        for e in 0..examples {
            self.apply(&mut rows.row(e)[..size], draw, draw.first + e);
        }
    }
}

impl<T: Real> Map<T> for Dropout {
    fn kernel(&self) -> String {
        "dropout".into()
    }

    fn forward(
        &self,
        examples: usize,
        size: usize,
        values: RowsMut<'_, T>,
        _tape: RowsMut<'_, T>,
        draw: Option<Draw>,
    ) {
        self.apply_all(examples, size, values, draw);
    }

    fn backward(
        &self,
        examples: usize,
        size: usize,
        _values: Rows<'_, T>,
        _tape: Rows<'_, T>,
        deltas: RowsMut<'_, T>,
        draw: Option<Draw>,
    ) {
        self.apply_all(examples, size, deltas, draw);
    }
}
