//! Memory of one activation, its deltas or a tape.

use crate::real::Real;
use crate::rows::{Rows, RowsMut};
use crate::stage::GROUP;

/// Where the values or the deltas of a boundary live: one group's worth, reused, or the whole batch's, because
/// a ghost stage needs all examples at once.
pub(crate) struct Buffer<T> {
    pub data: Vec<T>,
    stride: usize,
    batch: bool,
}

impl<T: Real> Buffer<T> {
    /// Zeros, for `rows` examples where the whole batch is kept.
    pub fn new(stride: usize, batch: bool, rows: usize) -> Self {
        Self {
            data: vec![T::ZERO; stride * if batch { rows } else { GROUP }],
            stride,
            batch,
        }
    }
    /// The rows of the group that begins at example `first`.
    pub fn group(&self, first: usize) -> Rows<'_, T> {
        let start = if self.batch { first * self.stride } else { 0 };
        Rows::new(&self.data[start..start + GROUP * self.stride], self.stride)
    }
    /// The same, to be written.
    pub fn group_mut(&mut self, first: usize) -> RowsMut<'_, T> {
        let start = if self.batch { first * self.stride } else { 0 };
        RowsMut::new(
            &mut self.data[start..start + GROUP * self.stride],
            self.stride,
        )
    }
    /// All examples.
    pub fn all(&self) -> Rows<'_, T> {
        Rows::new(&self.data, self.stride)
    }
}
