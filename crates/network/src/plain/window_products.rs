//! A convolution as products with the matrix of its windows: with the windows X̂ of an example (d × T, one column a
//! position, one row an entry of the window over the channels of a group), the weight W (p × d) and the deltas D (p × T),
//! the output is W X̂, the deltas of the windows are Wᵀ D and the gradient of the weight is D X̂ᵀ.
//!
//! X̂ is written a few rows of positions at a time, so that it stays in cache. Costs p d T multiply-adds each, and the
//! copies of d T entries.

use super::products::add_scaled;
use super::tiles::{COLUMNS, ROWS, product, strip};
use super::windows::{Run, Windows};
use crate::real::Real;
use std::ops::Range;

/// Entries of X̂ that are written at once: 128 KiB in f32.
const PANEL: usize = 32_768;

/// The products of one group of channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowProducts {
    windows: Windows,
    /// Input channels of the group.
    channels: usize,
    /// p.
    outputs: usize,
    /// d.
    inputs: usize,
    /// Rows of positions that are taken at once.
    rows: usize,
}

impl WindowProducts {
    /// The products of a group of `channels` input and `outputs` output channels.
    pub fn new(windows: Windows, channels: usize, outputs: usize) -> Self {
        let inputs = channels * windows.kernel * windows.kernel;
        let rows = (PANEL / (inputs * windows.out_width)).clamp(1, windows.out_height.max(1));
        Self {
            windows,
            channels,
            outputs,
            inputs,
            rows,
        }
    }

    /// Entries from one row of X̂, or of the deltas beside it, to the next: never a multiple of a page, whose lines would
    /// share one set of the cache.
    const fn stride(&self) -> usize {
        (self.rows * self.windows.out_width).next_multiple_of(COLUMNS) + COLUMNS
    }

    /// Entries from one row of X̂ᵀ to the next.
    const fn transposed_stride(&self) -> usize {
        self.inputs.next_multiple_of(COLUMNS)
    }

    /// Entries of scratch: X̂ and the deltas beside it, or X̂ᵀ.
    pub fn scratch_count(&self) -> usize {
        let upright = (self.inputs + self.outputs) * self.stride();
        upright.max(self.rows * self.windows.out_width * self.transposed_stride())
    }

    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (rows, end) = (self.rows, self.windows.out_height);
        (0..end)
            .step_by(rows)
            .map(move |start| start..(start + rows).min(end))
    }

    /// First position and number of positions of a block.
    fn positions(&self, block: &Range<usize>) -> (usize, usize) {
        let width = self.windows.out_width;
        (block.start * width, block.len() * width)
    }

    /// Calls `visit(entry, channel, row, column)` for each row of X̂.
    fn for_each_entry(&self, mut visit: impl FnMut(usize, usize, usize, usize)) {
        let kernel = self.windows.kernel;
        let mut entry = 0;
        for channel in 0..self.channels {
            for row in 0..kernel {
                for column in 0..kernel {
                    visit(entry, channel, row, column);
                    entry += 1;
                }
            }
        }
    }

    /// Writes the columns of a block of X̂; `input` holds the channels of the group.
    fn write_panel<T: Real>(&self, input: &[T], block: &Range<usize>, panel: &mut [T]) {
        let (windows, area) = (&self.windows, self.windows.area());
        let (first, count) = self.positions(block);
        let whole = windows.padding == 0;
        self.for_each_entry(|entry, channel, row, column| {
            let to = &mut panel[entry * self.stride()..][..count];
            if !whole {
                to.fill(T::ZERO);
            }
            let plane = &input[channel * area..][..area];
            let visit = |run: Run| {
                let to = &mut to[run.output - first..][..run.length];
                if windows.stride == 1 {
                    to.copy_from_slice(&plane[run.input..][..run.length]);
                } else {
                    let from = plane[run.input..].iter().step_by(windows.stride);
                    for (to, &x) in to.iter_mut().zip(from) {
                        *to = x;
                    }
                }
            };
            windows.for_each_run_of(block.clone(), row, column, visit);
        });
    }

    /// Writes the rows of a block of X̂ᵀ, one a position.
    fn write_transposed<T: Real>(&self, input: &[T], block: &Range<usize>, panel: &mut [T]) {
        let (windows, area) = (&self.windows, self.windows.area());
        let (first, count) = self.positions(block);
        let stride = self.transposed_stride();
        let panel = &mut panel[..count * stride];
        if windows.padding > 0 {
            panel.fill(T::ZERO);
        }
        self.for_each_entry(|entry, channel, row, column| {
            let plane = &input[channel * area..][..area];
            windows.for_each_run_of(block.clone(), row, column, |run: Run| {
                let to = panel[(run.output - first) * stride + entry..].iter_mut();
                let from = plane[run.input..].iter().step_by(windows.stride);
                for (to, &x) in to.step_by(stride).zip(from).take(run.length) {
                    *to = x;
                }
            });
        });
    }

    /// Adds the columns of a block of the deltas of X̂ to those of the input.
    fn add_panel<T: Real>(&self, panel: &[T], block: &Range<usize>, input: &mut [T]) {
        let (windows, area) = (&self.windows, self.windows.area());
        let (first, count) = self.positions(block);
        self.for_each_entry(|entry, channel, row, column| {
            let from = &panel[entry * self.stride()..][..count];
            let plane = &mut input[channel * area..][..area];
            let visit = |run: Run| {
                let from = &from[run.output - first..][..run.length];
                if windows.stride == 1 {
                    add_scaled(&mut plane[run.input..][..run.length], T::ONE, from);
                } else {
                    let to = plane[run.input..].iter_mut().step_by(windows.stride);
                    for (to, &x) in to.zip(from) {
                        *to += x;
                    }
                }
            };
            windows.for_each_run_of(block.clone(), row, column, visit);
        });
    }

    /// output += W X̂; `output` has a row of T entries an output channel.
    pub fn add_forward<T: Real>(
        &self,
        weight: &[T],
        input: &[T],
        output: &mut [T],
        scratch: &mut [T],
    ) {
        let (all, stride) = (self.windows.positions(), self.stride());
        for block in self.blocks() {
            self.write_panel(input, &block, scratch);
            let panel = &scratch[..self.inputs * stride];
            let (at, columns) = self.positions(&block);
            product(
                weight.chunks_exact(self.inputs),
                columns,
                |first| panel.chunks_exact(stride).map(move |row| &row[first..]),
                |row, first, sums| {
                    let to = &mut output[row * all + at + first..][..sums.len()];
                    add_scaled(to, T::ONE, sums);
                },
            );
        }
    }

    /// The deltas of the input += those of X̂, Wᵀ D.
    pub fn add_backward<T: Real>(
        &self,
        weight: &[T],
        deltas: &[T],
        input: &mut [T],
        scratch: &mut [T],
    ) {
        let (inputs, stride, all) = (self.inputs, self.stride(), self.windows.positions());
        let strips = inputs / ROWS * ROWS;
        let (panel, beside) = scratch.split_at_mut(inputs * stride);
        for block in self.blocks() {
            let (at, columns) = self.positions(&block);
            for (to, from) in beside
                .chunks_exact_mut(stride)
                .zip(deltas.chunks_exact(all))
            {
                to[..columns].copy_from_slice(&from[at..][..columns]);
            }
            let terms = || weight.chunks_exact(inputs).zip(beside.chunks_exact(stride));
            for entry in (0..strips).step_by(ROWS) {
                strip(
                    columns,
                    |first| {
                        terms().map(move |(w, d)| {
                            let w: [T; ROWS] = std::array::from_fn(|i| w[entry + i]);
                            (w, &d[first..])
                        })
                    },
                    |row, first, sums| {
                        let to = (entry + row) * stride + first;
                        panel[to..][..sums.len()].copy_from_slice(sums);
                    },
                );
            }
            for entry in strips..inputs {
                strip(
                    columns,
                    |first| terms().map(move |(w, d)| ([w[entry]], &d[first..])),
                    |_, first, sums| {
                        panel[entry * stride + first..][..sums.len()].copy_from_slice(sums);
                    },
                );
            }
            self.add_panel(panel, &block, input);
        }
    }

    /// gradient += D X̂ᵀ.
    pub fn add_gradient<T: Real>(
        &self,
        deltas: &[T],
        input: &[T],
        gradient: &mut [T],
        scratch: &mut [T],
    ) {
        let (inputs, stride) = (self.inputs, self.transposed_stride());
        let all = self.windows.positions();
        for block in self.blocks() {
            self.write_transposed(input, &block, scratch);
            let (at, columns) = self.positions(&block);
            let panel = &scratch[..columns * stride];
            product(
                deltas.chunks_exact(all).map(|row| &row[at..][..columns]),
                inputs,
                |first| panel.chunks_exact(stride).map(move |row| &row[first..]),
                |row, first, sums| {
                    let to = &mut gradient[row * inputs + first..][..sums.len()];
                    add_scaled(to, T::ONE, sums);
                },
            );
        }
    }
}
