//! Networks that are no chain, with any number of losses an example.
//!
//! The description's tree of layers becomes a list of nodes between activations, each activation having one
//! producer and one consumer: where a sum or the heads read one activation several times, a fork copies it, and adds
//! the deltas up on the way back. Every layer runs on its plain kernel in the Jacobian form, and every use of a parameter
//! adds to the same columns of a row, so that the Gramian has the cross terms of tied weights.
//!
//! - [`compile`]: from the plan to nodes. [`node`]: what they are.
//! - [`columns`]: the order of the parameters, and which of them count in the Gramian.
//! - [`objectives`]: which losses are the rows.
//! - [`engine`]: a batch's losses, Gramian, Jacobian and pullback.

mod backward;
pub mod columns;
pub mod compile;
pub mod engine;
mod forward;
mod group;
pub mod node;
pub mod objectives;

pub use engine::{GraphEngine, GraphOptions};
pub use objectives::JacobianRows;
