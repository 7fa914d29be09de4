//! Largest entry of each window; the first one in reading order where several are equal, as in PyTorch.

use super::windows::Windows;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{Pass, Stage};

/// The stage of max pooling, for any kernel and stride, overlapping windows included.
#[derive(Debug)]
pub struct MaxPool {
    windows: Windows,
    channels: usize,
}

impl MaxPool {
    /// Pooling between the shapes `[channels, height, width]` before and after it.
    #[must_use]
    pub fn new(before: &[usize], after: &[usize], kernel: usize, stride: usize) -> Self {
        Self {
            windows: Windows::new(before, after, kernel, stride, 0),
            channels: before[0],
        }
    }
}

impl<T: Real> Stage<T> for MaxPool {
    fn kernel(&self) -> String {
        "plain max-pool2d".into()
    }

    /// For each output the place of its maximum in the window, row · kernel + column: a small whole number,
    /// exact in f32 for windows of up to 4096 entries a side.
    fn tape_count(&self) -> usize {
        self.channels * self.windows.positions()
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let Windows {
            width,
            out_height,
            out_width,
            kernel,
            stride,
            ..
        } = self.windows;
        for e in 0..pass.examples {
            let (from, to, tape) = (input.row(e), output.row(e), pass.tape.row(e));
            let mut at = 0;
            for plane in from.chunks_exact(self.windows.area()).take(self.channels) {
                for y in 0..out_height {
                    for x in 0..out_width {
                        let corner = y * stride * width + x * stride;
                        let (mut largest, mut place) = (plane[corner], 0);
                        for row in 0..kernel {
                            let line = &plane[corner + row * width..][..kernel];
                            for (column, &value) in line.iter().enumerate() {
                                // NaN is kept, so that it shows in the loss.
                                if value > largest || value.to_f64().is_nan() {
                                    (largest, place) = (value, row * kernel + column);
                                }
                            }
                        }
                        to[at] = largest;
                        tape[at] = T::from_f64(place as f64);
                        at += 1;
                    }
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
        let Windows {
            width,
            out_height,
            out_width,
            kernel,
            stride,
            ..
        } = self.windows;
        let area = self.windows.area();
        for e in 0..pass.examples {
            let (from, to, tape) = (delta.row(e), delta_input.row(e), pass.tape.row(e));
            let to = &mut to[..self.channels * area];
            to.fill(T::ZERO);
            let mut at = 0;
            for plane in to.chunks_exact_mut(area) {
                for y in 0..out_height {
                    for x in 0..out_width {
                        let place = tape[at].to_f64() as usize;
                        let (row, column) = (place / kernel, place % kernel);
                        plane[(y * stride + row) * width + x * stride + column] += from[at];
                        at += 1;
                    }
                }
            }
        }
    }
}
