//! Rows of equal stride: one row an example.

/// Examples' values: row e is one example, `stride` entries long, slack included.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, T> {
    data: &'a [T],
    stride: usize,
}

impl<'a, T> Rows<'a, T> {
    /// Rows over `data`.
    #[must_use]
    pub const fn new(data: &'a [T], stride: usize) -> Self {
        Self { data, stride }
    }
    /// Row `e`, slack included.
    #[must_use]
    pub fn row(&self, e: usize) -> &'a [T] {
        &self.data[e * self.stride..(e + 1) * self.stride]
    }
    /// All rows as they lie in memory.
    #[must_use]
    pub const fn data(&self) -> &'a [T] {
        self.data
    }
    /// Entries from one row to the next.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.stride
    }
}

/// [`Rows`] that can be written.
#[derive(Debug)]
pub struct RowsMut<'a, T> {
    data: &'a mut [T],
    stride: usize,
}

impl<'a, T> RowsMut<'a, T> {
    /// Rows over `data`.
    pub const fn new(data: &'a mut [T], stride: usize) -> Self {
        Self { data, stride }
    }
    /// Row `e`, slack included.
    pub fn row(&mut self, e: usize) -> &mut [T] {
        &mut self.data[e * self.stride..(e + 1) * self.stride]
    }
    /// All rows as they lie in memory.
    pub const fn data(&mut self) -> &mut [T] {
        self.data
    }
    /// Entries from one row to the next.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.stride
    }
    /// The same rows, to be read.
    #[must_use]
    pub const fn as_rows(&self) -> Rows<'_, T> {
        Rows {
            data: self.data,
            stride: self.stride,
        }
    }
}

/// Where a stage puts the gradients of its parameters: each example's own row (the Jacobian), or one row
/// for the group's sum, when the weights of the examples were known beforehand and are in the deltas already.
#[derive(Debug)]
pub struct GradientRows<'a, T> {
    data: &'a mut [T],
    stride: usize,
    offset: usize,
    length: usize,
    sum: bool,
    add: bool,
}

impl<'a, T> GradientRows<'a, T> {
    /// Columns `offset..offset + length` of the rows of a group of examples.
    pub const fn new(
        data: &'a mut [T],
        stride: usize,
        offset: usize,
        length: usize,
        sum: bool,
    ) -> Self {
        Self {
            data,
            stride,
            offset,
            length,
            sum,
            add: false,
        }
    }
    /// The same rows, but adding to what lies there from the start: a parameter may be used more than once.
    #[must_use]
    pub const fn adding(mut self) -> Self {
        self.add = true;
        self
    }
    /// The stage's columns for example `e` of the group, and whether to add to what is there (`true`) or to
    /// overwrite it (`false`).
    pub fn row(&mut self, e: usize) -> (&mut [T], bool) {
        let row = if self.sum { 0 } else { e };
        let start = row * self.stride + self.offset;
        (
            &mut self.data[start..start + self.length],
            self.add || (self.sum && e > 0),
        )
    }
}
