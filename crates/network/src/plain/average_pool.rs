//! Mean of each window.

use super::windows::{Run, Windows};
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{Pass, Stage};

/// The stage of average pooling, for any kernel and stride, overlapping windows included.
#[derive(Debug)]
pub struct AveragePool {
    windows: Windows,
    channels: usize,
}

impl AveragePool {
    /// Pooling between the shapes `[channels, height, width]` before and after it.
    #[must_use]
    pub fn new(before: &[usize], after: &[usize], kernel: usize, stride: usize) -> Self {
        Self {
            windows: Windows::new(before, after, kernel, stride, 0),
            channels: before[0],
        }
    }

    /// Calls `visit` with each entry of the window and each run of outputs.
    fn for_each_run(&self, mut visit: impl FnMut(Run)) {
        for row in 0..self.windows.kernel {
            for column in 0..self.windows.kernel {
                self.windows.for_each_run(row, column, &mut visit);
            }
        }
    }

    /// One over the entries of a window.
    fn share<T: Real>(&self) -> T {
        let entries = self.windows.kernel * self.windows.kernel;
        T::ONE / T::from_f64(entries as f64)
    }
}

impl<T: Real> Stage<T> for AveragePool {
    fn kernel(&self) -> String {
        "plain average-pool2d".into()
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let (area, positions, stride) = (
            self.windows.area(),
            self.windows.positions(),
            self.windows.stride,
        );
        let share = self.share::<T>();
        for e in 0..pass.examples {
            let to = &mut output.row(e)[..self.channels * positions];
            to.fill(T::ZERO);
            for (plane, result) in input
                .row(e)
                .chunks_exact(area)
                .zip(to.chunks_exact_mut(positions))
            {
                self.for_each_run(
                    |Run {
                         output,
                         input,
                         length,
                     }| {
                        for (y, &x) in result[output..][..length]
                            .iter_mut()
                            .zip(plane[input..].iter().step_by(stride))
                        {
                            *y += x;
                        }
                    },
                );
                for y in result {
                    *y *= share;
                }
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
        let (area, positions, stride) = (
            self.windows.area(),
            self.windows.positions(),
            self.windows.stride,
        );
        let share = self.share::<T>();
        for e in 0..pass.examples {
            let to = &mut delta_input.row(e)[..self.channels * area];
            to.fill(T::ZERO);
            for (plane, result) in delta
                .row(e)
                .chunks_exact(positions)
                .zip(to.chunks_exact_mut(area))
            {
                self.for_each_run(
                    |Run {
                         output,
                         input,
                         length,
                     }| {
                        for (x, &d) in result[input..]
                            .iter_mut()
                            .step_by(stride)
                            .zip(&plane[output..][..length])
                        {
                            *x += share * d;
                        }
                    },
                );
            }
        }
    }
}
