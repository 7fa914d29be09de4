//! What a kernel offers to the engine.
//!
//! A [`Stage`] carries a group of examples from one boundary to the next and their deltas back. A [`Map`]
//! changes a boundary in place. Both are compiled from one or more layers and hold shapes, never values:
//! parameters, activations and tapes are passed in, so that any number of workers can share a stage.

use crate::description::Layer;
use crate::layout::Boundary;
use crate::plan::LayerPlan;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use dualcone_threads::Parts;
use std::ops::Range;

/// Examples that pass through the network together: the unit of work. Activations of one group stay in
/// cache, and a linear layer reads its weights once per group.
pub const GROUP: usize = 4;

/// How a stage's part of the Gramian is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GramianForm {
    /// Each example's gradient is kept as a row of the Jacobian.
    Jacobian,
    /// From the inputs and deltas of the whole batch; the gradients of single examples are never formed.
    Ghost,
    /// No parameters.
    None,
}

impl GramianForm {
    /// The name that the plan shows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jacobian => "jacobian",
            Self::Ghost => "ghost",
            Self::None => "none",
        }
    }

    /// The cheaper form for a layer whose weight gradient is Aᵀ D, A: T × d, D: T × p, at `batch` examples:
    /// ghost iff T² (d + p) (B + 1) / 2 < d p (T + (B + 1) / 2).
    #[must_use]
    pub fn cheaper(positions: usize, inputs: usize, outputs: usize, batch: usize) -> Self {
        let [t, d, p, half] = [
            positions as f64,
            inputs as f64,
            outputs as f64,
            (batch as f64 + 1.0) / 2.0,
        ];
        if t * t * (d + p) * half < d * p * (t + half) {
            Self::Ghost
        } else {
            Self::Jacobian
        }
    }
}

/// What a stage works with besides its boundaries. Slices of parameters and packed weights are the stage's own.
#[derive(Debug)]
pub struct Pass<'a, T> {
    /// Examples in this group, 1 to [`GROUP`]. Rows of all [`GROUP`] exist in memory.
    pub examples: usize,
    /// The stage's parameters, in its own order.
    pub parameters: &'a [T],
    /// What [`Stage::prepare`] made of them.
    pub packed: &'a [T],
    /// What the forward pass leaves for the backward pass, a row an example.
    pub tape: RowsMut<'a, T>,
    /// Room for the kernel; holds nothing between calls.
    pub scratch: &'a mut [T],
}

/// Position of one entry of a stage's parameters: which of the layer's tensors (0: weight, 1: bias), and where
/// in it, in PyTorch's order.
pub type Source = (usize, usize);

/// A kernel between two boundaries.
pub trait Stage<T: Real>: Send + Sync {
    /// Name of the kernel, for the plan.
    fn kernel(&self) -> String;

    /// Entries of the stage's parameters in its own order, padding included; a multiple of 4.
    fn parameter_count(&self) -> usize {
        0
    }

    /// Names the source of every entry that is not padding. Padding is zero and stays zero: its gradient is.
    fn for_each_source(&self, _visit: &mut dyn FnMut(usize, Source)) {}

    /// How this stage's part of the Gramian is computed.
    fn gramian_form(&self) -> GramianForm {
        GramianForm::None
    }

    /// Entries of packed weights, made once a step.
    fn packed_count(&self) -> usize {
        0
    }

    /// Into how many parts of equal length the packed weights fall that can be made one by one.
    fn packed_parts(&self) -> usize {
        1
    }

    /// Re-orders the parameters for the kernel, once a step: this part of the packed weights.
    fn prepare(&self, _part: usize, _parameters: &[T], _packed: &mut [T]) {}

    /// Entries of the tape for one example.
    fn tape_count(&self) -> usize {
        0
    }

    /// Entries of scratch.
    fn scratch_count(&self) -> usize {
        0
    }

    /// Writes `output` (its slack excepted) from `input`.
    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, output: RowsMut<'_, T>);

    /// From the deltas of the output: writes the deltas of the input where asked for, and the gradients of
    /// the parameters where the form is [`GramianForm::Jacobian`] (all entries of the stage's columns).
    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        input: Rows<'_, T>,
        delta: Rows<'_, T>,
        delta_input: Option<RowsMut<'_, T>>,
        gradient: Option<GradientRows<'_, T>>,
    );

    /// Entries of scratch for the two functions below, at `batch` examples.
    fn ghost_scratch_count(&self, _batch: usize) -> usize {
        0
    }

    /// Adds this stage's part of these rows of the Gramian to their lower triangle in `gramian`, which begins with the
    /// first of them (a multiple of [`GROUP`]) and has leading dimension `leading`, from the inputs and deltas of the
    /// batch. Ghost form only.
    fn ghost_gramian(
        &self,
        _rows: Range<usize>,
        _inputs: Rows<'_, T>,
        _deltas: Rows<'_, T>,
        _gramian: &mut [f64],
        _leading: usize,
        _scratch: &mut [T],
    ) {
    }

    /// Into how many parts the stage's direction falls that can be summed one by one.
    fn ghost_parts(&self) -> usize {
        1
    }

    /// Writes the weighted sum of the examples' gradients into these parts of the stage's direction, and touches no
    /// other entry of it. Ghost form only.
    fn ghost_pullback(
        &self,
        _parts: Range<usize>,
        _inputs: Rows<'_, T>,
        _deltas: Rows<'_, T>,
        _weights: &[T],
        _direction: &Parts<'_, T>,
        _scratch: &mut [T],
    ) {
    }
}

/// Which dropout masks to draw: none outside training.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// The engine's seed.
    pub seed: u64,
    /// Number of the training step.
    pub step: u64,
    /// Number of the group's first example in the batch.
    pub first: usize,
}

/// A function applied in place.
pub trait Map<T: Real>: Send + Sync {
    /// Name of the kernel, for the plan.
    fn kernel(&self) -> String;

    /// Entries of the tape for one example.
    fn tape_count(&self) -> usize {
        0
    }

    /// Replaces the first `size` entries of each row.
    fn forward(
        &self,
        examples: usize,
        size: usize,
        values: RowsMut<'_, T>,
        tape: RowsMut<'_, T>,
        draw: Option<Draw>,
    );

    /// Replaces each delta, given the values that `forward` left.
    fn backward(
        &self,
        examples: usize,
        size: usize,
        values: Rows<'_, T>,
        tape: Rows<'_, T>,
        deltas: RowsMut<'_, T>,
        draw: Option<Draw>,
    );
}

/// What the compiler asks of a family of kernels.
#[derive(Debug)]
pub struct Choice<'a> {
    /// The network's layers.
    pub layers: &'a [Layer],
    /// Their shapes.
    pub plans: &'a [LayerPlan],
    /// The layer to begin with.
    pub index: usize,
    /// Whether the deltas of the input will be asked for.
    pub needs_delta: bool,
    /// B.
    pub batch_size: usize,
}

/// A stage that takes over one or more layers.
pub struct Chosen<T> {
    /// The stage.
    pub stage: Box<dyn Stage<T>>,
    /// The layout that it reads: the compiler re-orders where the boundary differs.
    pub input: crate::layout::Layout,
    /// What it writes.
    pub output: Boundary,
    /// How many layers it takes over.
    pub layers: usize,
}
