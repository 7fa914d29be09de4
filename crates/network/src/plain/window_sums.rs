//! A convolution as sums over the entries of its weight, each with the inputs that it meets: for groups of few outputs,
//! where a window is read for little more than itself.

use super::products::{add_scaled, dot};
use super::windows::{Run, Windows};
use crate::real::Real;

/// The sums of all groups of channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowSums {
    pub windows: Windows,
    pub groups: usize,
    /// Input channels of a group.
    pub channels: usize,
    /// Output channels of a group.
    pub outputs: usize,
}

impl WindowSums {
    /// Calls `visit` with (output channel, input channel, entry of the weight, row and column in the window)
    /// for every entry of the weight.
    fn for_each_weight(&self, mut visit: impl FnMut(usize, usize, usize, usize, usize)) {
        let kernel = self.windows.kernel;
        let mut entry = 0;
        for output in 0..self.groups * self.outputs {
            let first = output / self.outputs * self.channels;
            for input in first..first + self.channels {
                for row in 0..kernel {
                    for column in 0..kernel {
                        visit(output, input, entry, row, column);
                        entry += 1;
                    }
                }
            }
        }
    }

    /// Adds the outputs, a plane a channel.
    pub fn add_forward<T: Real>(&self, weight: &[T], input: &[T], output: &mut [T]) {
        let (positions, area, stride) = (
            self.windows.positions(),
            self.windows.area(),
            self.windows.stride,
        );
        self.for_each_weight(|o, c, entry, row, column| {
            let (w, plane) = (weight[entry], &input[c * area..][..area]);
            let result = &mut output[o * positions..][..positions];
            self.windows.for_each_run(row, column, |run: Run| {
                let y = &mut result[run.output..][..run.length];
                if stride == 1 {
                    add_scaled(y, w, &plane[run.input..]);
                } else {
                    for (y, &x) in y.iter_mut().zip(plane[run.input..].iter().step_by(stride)) {
                        *y += w * x;
                    }
                }
            });
        });
    }

    /// Adds the deltas of the input.
    pub fn add_backward<T: Real>(&self, weight: &[T], deltas: &[T], input: &mut [T]) {
        let (positions, area, stride) = (
            self.windows.positions(),
            self.windows.area(),
            self.windows.stride,
        );
        self.for_each_weight(|o, c, entry, row, column| {
            let (w, plane) = (weight[entry], &deltas[o * positions..][..positions]);
            let result = &mut input[c * area..][..area];
            self.windows.for_each_run(row, column, |run: Run| {
                let d = &plane[run.output..][..run.length];
                if stride == 1 {
                    add_scaled(&mut result[run.input..], w, d);
                } else {
                    for (x, &d) in result[run.input..].iter_mut().step_by(stride).zip(d) {
                        *x += w * d;
                    }
                }
            });
        });
    }

    /// Adds the gradient of the weight.
    pub fn add_gradient<T: Real>(&self, deltas: &[T], input: &[T], gradient: &mut [T]) {
        let (positions, area, stride) = (
            self.windows.positions(),
            self.windows.area(),
            self.windows.stride,
        );
        self.for_each_weight(|o, c, entry, row, column| {
            let plane = &input[c * area..][..area];
            let deltas = &deltas[o * positions..][..positions];
            let mut total = T::ZERO;
            self.windows.for_each_run(row, column, |run: Run| {
                let d = &deltas[run.output..][..run.length];
                if stride == 1 {
                    total += dot(d, &plane[run.input..][..run.length]);
                } else {
                    for (&d, &x) in d.iter().zip(plane[run.input..].iter().step_by(stride)) {
                        total += d * x;
                    }
                }
            });
            gradient[entry] += total;
        });
    }
}
