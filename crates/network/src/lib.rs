//! Networks whose every example has its own gradient: forward, **one** backward, Gramian, pullback.
//!
//! For a batch of B examples with one loss each, the Jacobian J is B × n, one row an example. The deltas
//! (gradients of each loss with respect to each layer's output) do not depend on how the losses are
//! weighted later, so one forward and one backward give everything Jacobian descent asks for:
//! the losses, the Gramian G = J Jᵀ, and Jᵀ w for any weights w.
//!
//! - [`description`]: what a network is, as plain data. [`plan`]: its inferred shapes and parameters.
//! - [`compile`]: layers to kernels, with the memory layout between them.
//! - [`stage`]: what a kernel must offer. [`plain`]: general kernels, in f32 and f64, any shape.
//!   [`fast`]: SIMD kernels in f32 for the shapes that matter.
//! - [`engine`]: runs groups of examples through the stages and answers for Gramian and pullback: chains of layers
//!   with one loss an example, as fast as they go.
//! - [`graph`]: the same for networks with heads, sums, tied weights and several losses an example, and a choice of
//!   rows and columns of the Jacobian.

mod batch;
mod buffer;
pub mod compile;
mod descent;
pub mod description;
pub mod engine;
pub mod error;
pub mod fast;
mod gramian;
pub mod graph;
pub mod initialise;
pub mod layout;
pub mod loss;
pub mod plain;
pub mod plan;
pub mod random;
pub mod real;
pub mod rows;
mod shares;
pub mod simd;
pub mod stage;

pub use description::Description;
pub use engine::Engine;
pub use error::NetworkError;
pub use graph::GraphEngine;
pub use loss::Objective;
pub use plan::Plan;
pub use real::Real;
