//! Weights of objectives from the Gramian of their gradients.
//!
//! A Jacobian J (one row an objective) enters only through its Gramian G = JJ'. UPGrad and
//! DualProj project onto the dual cone {x : Jx >= 0} of directions that increase no objective;
//! by duality a projection is a quadratic program in m variables, and the m programs of UPGrad
//! share one matrix. They are solved together by block principal pivoting on the row-equilibrated
//! Gramian, and every answer comes with a [`Certificate`]: a rigorous bound on its error.
//!
//! [`DualConeSolver`] plans its memory once for m objectives and is called over and over. So does
//! [`WeightSolver`], for the weightings that are no such projection.

mod aligned_mtl;
mod batch;
mod cagrad;
mod certificate;
mod certify;
mod config;
mod dualproj;
mod eigen;
mod equilibrated;
mod error;
mod fairgrad;
mod gramian;
mod imtl_g;
mod lawson_hanson;
mod min_norm;
mod nash_mtl;
mod nash_mtl_official;
mod pcd;
mod pivoting;
mod programs;
mod prover;
mod ridge;
mod solver;
mod sweeps;
mod upgrad;
mod weights;

pub use aligned_mtl::ScaleMode;
pub use batch::Weighting;
pub use certificate::{CONFLICT_LIMIT, Certificate, RESIDUAL_LIMIT, Status};
pub use error::ConeError;
pub use ridge::Ridge;
pub use solver::{DualConeSolver, Options, Solver};
pub use weights::{CONVERGED_LIMIT, Report, WeightSolver};
