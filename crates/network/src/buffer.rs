//! Memory of one activation, its deltas or a tape.

use crate::real::Real;
use crate::rows::{Rows, RowsMut};
use crate::stage::GROUP;

/// The values or the deltas of a boundary for one group of examples, reused by the next.
pub(crate) struct Buffer<T> {
    pub data: Vec<T>,
    stride: usize,
}

impl<T: Real> Buffer<T> {
    /// Zeros.
    pub fn new(stride: usize) -> Self {
        Self {
            data: vec![T::ZERO; stride * GROUP],
            stride,
        }
    }
    /// The rows of the group.
    pub fn rows(&self) -> Rows<'_, T> {
        Rows::new(&self.data, self.stride)
    }
    /// The same, to be written.
    pub fn rows_mut(&mut self) -> RowsMut<'_, T> {
        RowsMut::new(&mut self.data, self.stride)
    }
}
