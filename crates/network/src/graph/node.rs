//! The steps of a network that is no chain.

use crate::layout::Boundary;
use crate::stage::{Map, Stage};

/// What a node does with its activations.
pub enum Operation<T> {
    /// Carries its input to its output.
    Stage(Box<dyn Stage<T>>),
    /// Changes its one activation in place.
    Map(Box<dyn Map<T>>),
    /// Copies its input to every output.
    Fork,
    /// Adds its inputs up.
    Sum,
}

/// One step of the network.
pub struct Node<T> {
    /// What it does.
    pub operation: Operation<T>,
    /// Number of its layer in the plan; of a fork, the one that it was made for.
    pub layer: usize,
    /// Activations that it reads.
    pub inputs: Vec<usize>,
    /// Activations that it writes; of a map, its input.
    pub outputs: Vec<usize>,
}

/// An activation with one producer and one consumer, in PyTorch's order.
pub struct Activation {
    /// Its shape.
    pub boundary: Boundary,
    /// Whether parameters stand before it, so that its deltas are needed.
    pub trained: bool,
    /// The head that it belongs to; none for the trunk.
    pub head: Option<usize>,
    /// Whether a map left it, whose backward pass reads it.
    pub mapped: bool,
}
