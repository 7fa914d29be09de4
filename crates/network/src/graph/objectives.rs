//! Which losses are the rows of the Jacobian.

use std::ops::Range;

/// The rows of the Jacobian of B examples with L losses each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JacobianRows {
    /// Row e: the sum of the losses of example e.
    Examples,
    /// Row l: the mean over the batch of loss l.
    Losses,
    /// Row e · L + l: loss l of example e.
    ExamplesLosses,
}

impl JacobianRows {
    /// Rows for `examples` with `losses` each.
    #[must_use]
    pub const fn count(self, examples: usize, losses: usize) -> usize {
        match self {
            Self::Examples => examples,
            Self::Losses => losses,
            Self::ExamplesLosses => examples * losses,
        }
    }

    /// Whether each example has rows of its own.
    pub(super) const fn separate(self) -> bool {
        matches!(self, Self::Examples | Self::ExamplesLosses)
    }

    /// The row of loss `loss` of example `example`.
    pub(super) const fn row(self, example: usize, loss: usize, losses: usize) -> usize {
        match self {
            Self::Examples => example,
            Self::Losses => loss,
            Self::ExamplesLosses => example * losses + loss,
        }
    }
}

/// One backward pass of a group of examples.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    /// Losses that it starts from.
    pub losses: Range<usize>,
    /// Row of the group's first example, among those that the group writes.
    pub row: usize,
    /// Rows from one example to the next; 0 where they share one.
    pub step: usize,
}
