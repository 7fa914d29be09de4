//! How a plain stage orders its parameters: weight in PyTorch's order, then bias, then zeros.

use crate::stage::Source;

/// Sizes of a layer's weight and bias.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters {
    /// Entries of the weight.
    pub weight: usize,
    /// Entries of the bias; 0 for none.
    pub bias: usize,
}

impl Parameters {
    /// Entries in all, padding included: a multiple of 4.
    pub const fn count(self) -> usize {
        (self.weight + self.bias).next_multiple_of(4)
    }

    /// Weight and bias.
    pub fn split<T>(self, all: &[T]) -> (&[T], &[T]) {
        let (weight, rest) = all.split_at(self.weight);
        (weight, &rest[..self.bias])
    }

    /// Weight and bias, to be written.
    pub fn split_mut<T>(self, all: &mut [T]) -> (&mut [T], &mut [T]) {
        let (weight, rest) = all.split_at_mut(self.weight);
        (weight, &mut rest[..self.bias])
    }

    /// Names the source of every entry.
    pub fn for_each_source(self, visit: &mut dyn FnMut(usize, Source)) {
        for k in 0..self.weight {
            visit(k, (0, k));
        }
        for k in 0..self.bias {
            visit(self.weight + k, (1, k));
        }
    }
}
