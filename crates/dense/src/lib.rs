//! The dense kernels under the solvers of `dualcone-cone`.
//!
//! They are a crate of their own to be compiled for speed, while the solvers around them, where
//! little time is spent, are compiled for size.

mod cholesky;
mod kernels;
mod passive_sets;

pub use cholesky::{Cholesky, padded};
pub use kernels::{LANES, add_rows, add_scaled, dot, lane_products, max_abs, sum_abs};
pub use passive_sets::{PassiveSets, exchange, split};
