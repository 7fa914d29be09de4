//! What is added to the diagonal of a Gramian before its programs are solved.

use crate::error::ConeError;

/// The ridge that regularises a Gramian G.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ridge {
    /// G + eps tr(G) I, as in the runs of "Jacobian Descent for Multi-Objective Optimization"
    /// (arXiv 2406.16232) with eps = 1e-4. It swamps rows that are short beside the others, so a
    /// direction can conflict with them.
    Trace(f64),
    /// G + eps diag(G): the same relative ridge for every row, however short. Weightings stay
    /// linear under scaling of rows.
    Diagonal(f64),
    /// G itself. Only where G is singular to working precision is a ridge added, as small as a
    /// stable factorisation allows; the certificate reports it.
    None,
}

impl Default for Ridge {
    /// `Ridge::Trace(1e-4)`.
    fn default() -> Self {
        Ridge::Trace(1e-4)
    }
}

impl Ridge {
    pub(crate) fn validate(self) -> Result<(), ConeError> {
        let (place, epsilon) = match self {
            Ridge::Trace(epsilon) => ("the trace ridge", epsilon),
            Ridge::Diagonal(epsilon) => ("the diagonal ridge", epsilon),
            Ridge::None => return Ok(()),
        };
        if epsilon.is_finite() && epsilon >= 0.0 {
            Ok(())
        } else {
            Err(ConeError::new(
                place,
                epsilon,
                "it must be finite and not negative",
            ))
        }
    }
}
