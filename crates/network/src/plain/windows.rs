//! Windows of a two-dimensional layer: which input entries meet which outputs.

use std::ops::Range;

/// Square windows over one channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    /// Rows of the input.
    pub height: usize,
    /// Columns of the input.
    pub width: usize,
    /// Rows of the output.
    pub out_height: usize,
    /// Columns of the output.
    pub out_width: usize,
    /// Side of a window.
    pub kernel: usize,
    /// Step between windows.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
}

/// Neighbouring outputs of one row, and the first of the inputs that they meet, `stride` apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// First entry in the output's channel.
    pub output: usize,
    /// First entry in the input's channel.
    pub input: usize,
    /// Number of outputs.
    pub length: usize,
}

impl Windows {
    /// Windows from the shapes `[channels, height, width]` before and after the layer.
    ///
    /// # Panics
    /// When the shapes have not three sides.
    pub fn new(
        before: &[usize],
        after: &[usize],
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> Self {
        let (&[_, height, width], &[_, out_height, out_width]) = (before, after) else {
            panic!("windows need [channels, height, width], not {before:?} and {after:?}");
        };
        Self {
            height,
            width,
            out_height,
            out_width,
            kernel,
            stride,
            padding,
        }
    }

    /// Entries of one channel of the input.
    pub const fn area(&self) -> usize {
        self.height * self.width
    }

    /// Windows of one channel: T.
    pub const fn positions(&self) -> usize {
        self.out_height * self.out_width
    }

    /// First and last + 1 of the `windows` whose entry number `place` along one side of `length` lies in the
    /// input and not in the padding.
    fn inside(&self, place: usize, length: usize, windows: usize) -> (usize, usize) {
        let start = self.padding.saturating_sub(place).div_ceil(self.stride);
        let end = (length + self.padding)
            .saturating_sub(place)
            .div_ceil(self.stride)
            .min(windows);
        (start.min(end), end)
    }

    /// Calls `visit` for each run of outputs whose windows have their entry (`row`, `column`) in the input.
    #[inline]
    pub fn for_each_run(&self, row: usize, column: usize, visit: impl FnMut(Run)) {
        self.for_each_run_of(0..self.out_height, row, column, visit);
    }

    /// [`Self::for_each_run`] for some rows of the output.
    #[inline]
    pub fn for_each_run_of(
        &self,
        rows: Range<usize>,
        row: usize,
        column: usize,
        mut visit: impl FnMut(Run),
    ) {
        let (top, bottom) = self.inside(row, self.height, self.out_height);
        let (top, bottom) = (top.max(rows.start), bottom.min(rows.end));
        let (left, right) = self.inside(column, self.width, self.out_width);
        if left == right {
            return;
        }
        for y in top..bottom {
            let input_row = y * self.stride + row - self.padding;
            let input_column = left * self.stride + column - self.padding;
            visit(Run {
                output: y * self.out_width + left,
                input: input_row * self.width + input_column,
                length: right - left,
            });
        }
    }
}
