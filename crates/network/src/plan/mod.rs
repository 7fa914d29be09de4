//! Shapes and parameters of a network, inferred once and read by every engine.

mod infer;
mod json;
mod shapes;
mod tensors;

pub use shapes::LARGEST;

use crate::loss::Objective;

/// How a parameter tensor is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// Uniform in ±bound.
    Uniform(f64),
    /// The same value everywhere.
    Constant(f64),
    /// Normal with mean 0 and variance 1.
    Normal,
}

/// One parameter tensor, under PyTorch's name and in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `0.weight`, `0.bias`, ...; with heads `trunk.0.weight`, `heads.left.0.weight`; in a sum
    /// `3.branches.0.1.weight`.
    pub name: String,
    /// PyTorch's shape.
    pub shape: Vec<usize>,
    /// Product of the shape.
    pub size: usize,
    /// The layer that owns it.
    pub layer: usize,
    /// How it is drawn: ±1/√fan_in for convolutions and linear layers, ±1/√hidden for recurrent ones, N(0, 1) for
    /// embeddings (PyTorch's defaults), 1 and 0 for normalisations.
    pub initial: Initial,
}

/// One layer with its inferred shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPlan {
    /// The path that begins the names of its tensors: `0`, `trunk.0`, `3.branches.0.1`.
    pub name: String,
    /// As the description names it.
    pub kind: &'static str,
    /// Shape of one example before the layer.
    pub input: Vec<usize>,
    /// Shape of one example after it.
    pub output: Vec<usize>,
    /// Its tensors, own and shared ones, as numbers of [`Plan::parameters`].
    pub tensors: Vec<usize>,
    /// `jacobian`, `ghost` or `none`.
    pub gramian: &'static str,
    /// The kernel that runs it.
    pub kernel: String,
}

/// One output with its losses.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadPlan {
    /// As the description names it; `output` where it has no heads.
    pub name: String,
    /// [outputs], or [steps, outputs].
    pub output: Vec<usize>,
    /// Product of `output`.
    pub size: usize,
    /// Of each of its losses.
    pub objective: Objective,
    /// Losses of one example: 1, or one a step.
    pub losses: usize,
}

/// Entries `start..end` of an engine's parameters that belong to one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnGroup {
    /// Number of the layer.
    pub layer: usize,
    /// First entry.
    pub start: usize,
    /// First entry behind them.
    pub end: usize,
}

/// The resolved plan of a network at one batch size.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// B, the largest number of examples in a batch.
    pub batch_size: usize,
    /// One entry a layer, in forward order: branches before their sum, heads behind the trunk.
    pub layers: Vec<LayerPlan>,
    /// One entry an output, at least one.
    pub heads: Vec<HeadPlan>,
    /// One entry a tensor.
    pub parameters: Vec<Parameter>,
    /// n.
    pub parameter_count: usize,
    /// Entries of one example.
    pub input_size: usize,
    /// Entries of the outputs of one example, all heads together.
    pub output_size: usize,
    /// Tokens that an embedding knows: the input must hold their numbers. 0 without embedding.
    pub tokens: usize,
    /// Which entries of the engine's parameters belong to which layer.
    pub columns: Vec<ColumnGroup>,
    /// Bytes that the engine holds.
    pub bytes: usize,
}

impl Plan {
    /// L, the losses of one example.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.heads.iter().map(|h| h.losses).sum()
    }

    /// Entries of one example's targets: the outputs under squared error.
    #[must_use]
    pub fn target_size(&self) -> usize {
        let squared = self
            .heads
            .iter()
            .filter(|h| h.objective == Objective::SquaredError);
        squared.map(|h| h.size).sum()
    }
}
