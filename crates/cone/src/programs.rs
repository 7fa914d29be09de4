//! Non-negative quadratic programs that share one matrix.
//!
//! Program p is min over x >= 0 of x'Cx/2 - b_p'x. At its solution y = Cx - b is non-negative and
//! complementary to x. The projections behind UPGrad are the programs whose right-hand sides are
//! columns of the identity; any other use brings one right-hand side of its own.

/// The right-hand sides b_p of a family of programs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RightHandSides<'a> {
    /// b_p is the unit vector of the p-th index listed.
    Units(&'a [u32]),
    /// One program with this right-hand side.
    Single(&'a [f64]),
}

impl RightHandSides<'_> {
    pub(crate) fn count(&self) -> usize {
        match self {
            RightHandSides::Units(indices) => indices.len(),
            RightHandSides::Single(_) => 1,
        }
    }

    /// The variable that is positive in every solution of program p, if one is known. For a unit
    /// right-hand side e_i it is i: otherwise x = 0, and then y_i = -1.
    pub(crate) fn always_positive(&self, p: usize) -> Option<usize> {
        match self {
            RightHandSides::Units(indices) => Some(indices[p] as usize),
            RightHandSides::Single(_) => None,
        }
    }

    /// Entry j of b_p.
    pub(crate) fn entry(&self, p: usize, j: usize) -> f64 {
        match self {
            RightHandSides::Units(indices) => f64::from(indices[p] as usize == j),
            RightHandSides::Single(b) => b[j],
        }
    }

    /// The largest absolute entry of b_p.
    pub(crate) fn magnitude(&self, p: usize) -> f64 {
        match self {
            RightHandSides::Units(_) => 1.0,
            RightHandSides::Single(b) => {
                debug_assert_eq!(p, 0);
                dualcone_dense::max_abs(b)
            }
        }
    }

    /// Writes y = product - b_p over `product`, which holds Cx.
    pub(crate) fn subtract_from(&self, p: usize, product: &mut [f64]) {
        match self {
            RightHandSides::Units(indices) => product[indices[p] as usize] -= 1.0,
            RightHandSides::Single(b) => dualcone_dense::add_scaled(-1.0, b, product),
        }
    }
}
