//! The same entries in another layout.

use crate::layout::Boundary;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{Pass, Stage};

/// The stage between two layouts of one activation.
#[derive(Debug)]
pub struct Reorder {
    /// Position after to position before.
    table: Vec<usize>,
}

impl Reorder {
    /// Carries `from` to `to`, which hold the same entries.
    ///
    /// # Panics
    /// When they differ in size.
    #[must_use]
    pub fn between(from: &Boundary, to: &Boundary) -> Self {
        assert_eq!(
            from.size(),
            to.size(),
            "two layouts of one activation have the same size"
        );
        let mut positions = vec![0; from.size()];
        for (position, place) in from.order().into_iter().enumerate() {
            positions[place] = position;
        }
        Self {
            table: to
                .order()
                .into_iter()
                .map(|place| positions[place])
                .collect(),
        }
    }
}

impl<T: Real> Stage<T> for Reorder {
    fn kernel(&self) -> String {
        "reorder".into()
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        for e in 0..pass.examples {
            let from = input.row(e);
            for (y, &position) in output.row(e).iter_mut().zip(&self.table) {
                *y = from[position];
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        _input: Rows<'_, T>,
        delta: Rows<'_, T>,
        delta_input: Option<RowsMut<'_, T>>,
        _gradient: Option<GradientRows<'_, T>>,
    ) {
        let Some(mut delta_input) = delta_input else {
            return;
        };
        for e in 0..pass.examples {
            let to = delta_input.row(e);
            for (&d, &position) in delta.row(e).iter().zip(&self.table) {
                to[position] = d;
            }
        }
    }
}
