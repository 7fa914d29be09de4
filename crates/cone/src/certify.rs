//! Certificates for weights from elsewhere.

use crate::certificate::{Certificate, LowerBound};
use crate::error::ConeError;
use crate::solver::{DualConeSolver, Options};

impl DualConeSolver {
    /// What is proved about given weights as a solution of argmin { v'Gv : v >= u }: the projection
    /// of DualProj with preference u, or the i-th of UPGrad with u = e_i.
    ///
    /// The weights may come from any solver at any precision; nothing about them is trusted. Only
    /// the ridge of `options` matters. The certificate counts no method.
    ///
    /// # Errors
    /// Those of [`DualConeSolver::dualproj`], and a weight that is not finite or below its
    /// preference.
    pub fn certify(
        &mut self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        options: &Options,
        weights: &[f64],
    ) -> Result<Certificate, ConeError> {
        let m = self.objectives;
        self.validate(gramian, preference, options, weights)?;
        let lower = preference.unwrap_or(&self.uniform);
        for (i, (&weight, &bound)) in weights.iter().zip(lower).enumerate() {
            if !weight.is_finite() || weight < bound {
                let rule = format!("it must be finite and at least its preference {bound}");
                return Err(ConeError::new(format!("weight {i}"), weight, rule));
            }
        }
        self.equilibrated.assemble(gramian, m, options.ridge)?;
        let n = self.equilibrated.order;
        let mut certificate = Certificate::new(options.ridge, 1);
        if self.equilibrated.conflict_free {
            // The proof needs the factor, which assembly skips where no program needs solving.
            self.equilibrated.factor_with_escalation()?;
        }
        certificate.extra_ridge = self.equilibrated.extra_ridge;
        let unit = self
            .equilibrated
            .set_lower_bound(lower, &mut self.lower[..n]);
        for (j, excess) in self.excess[..n].iter_mut().enumerate() {
            let row = self.equilibrated.rows[j] as usize;
            *excess = (weights[row] - lower[row]) * self.equilibrated.scale[j] * unit;
        }
        let bound = LowerBound::Vector(&self.lower[..n]);
        let proof = self
            .certifier
            .prove(&self.equilibrated, bound, &self.excess[..n]);
        certificate.record(proof);
        Ok(certificate)
    }
}
