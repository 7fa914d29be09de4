//! UPGrad.

use crate::certificate::Certificate;
use crate::error::ConeError;
use crate::gramian::{validate_gramian, validate_preference};
use crate::solver::{DualConeSolver, Family, Options};

impl DualConeSolver {
    /// Weights of UPGrad: w = sum_i u_i argmin { v'Gv : v >= e_i }, so that J'w is the combination
    /// by u of the rows of J, each projected onto the dual cone {x : Jx >= 0}.
    ///
    /// `gramian` is G = JJ', m x m row-major; `preference` is u, non-negative, 1/m each by
    /// default; `weights` receives w (m entries), untouched if an error is returned. A zero row i
    /// gets u_i and takes no part in the rest.
    ///
    /// "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232), section 3.
    ///
    /// # Errors
    /// Wrong lengths, entries that are not finite, an asymmetry beyond rounding, a negative
    /// diagonal, a Gramian far from positive semi-definite, a negative preference.
    #[inline(never)]
    pub fn upgrad(
        &mut self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        options: &Options,
        weights: &mut [f64],
    ) -> Result<Certificate, ConeError> {
        let m = self.objectives;
        self.validate(gramian, preference, options, weights)?;
        self.equilibrated.assemble(gramian, m, options.ridge)?;
        let uniform = std::mem::take(&mut self.uniform);
        let certificate =
            self.upgrad_of_assembled(preference.unwrap_or(&uniform), options, weights);
        self.uniform = uniform;
        Ok(certificate)
    }

    fn upgrad_of_assembled(
        &mut self,
        preference: &[f64],
        options: &Options,
        weights: &mut [f64],
    ) -> Certificate {
        let n = self.equilibrated.order;
        weights.copy_from_slice(preference);
        let wanted = preference.iter().filter(|&&u| u > 0.0).count();
        let mut certificate = Certificate::new(options.ridge, wanted);
        if self.equilibrated.conflict_free {
            certificate.trivial = wanted;
            return certificate;
        }
        self.units.clear();
        for (p, &i) in self.equilibrated.rows.iter().enumerate() {
            if preference[i as usize] > 0.0 {
                self.units.push(p as u32);
            }
        }
        certificate.trivial = wanted - self.units.len();
        self.solve_programs(Family::Upgrad, options, &mut certificate);
        // w = u + D^-1 sum_i (u_i d_i) (v_i - e_i) in equilibrated units; the sum runs over the
        // excess only, so that w >= u holds to the last bit.
        let total = &mut self.excess[..n];
        total.fill(0.0);
        for (p, &unit) in self.units.iter().enumerate() {
            let i = unit as usize;
            let factor =
                preference[self.equilibrated.rows[i] as usize] * self.equilibrated.scale[i];
            let x = &self.solutions[p * n..(p + 1) * n];
            for j in 0..i {
                total[j] += factor * x[j];
            }
            for j in i + 1..n {
                total[j] += factor * x[j];
            }
        }
        for j in 0..n {
            weights[self.equilibrated.rows[j] as usize] += total[j] / self.equilibrated.scale[j];
        }
        certificate
    }

    pub(crate) fn validate(
        &self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        options: &Options,
        weights: &[f64],
    ) -> Result<(), ConeError> {
        let m = self.objectives;
        options.ridge.validate()?;
        validate_gramian(gramian, m)?;
        if let Some(preference) = preference {
            validate_preference(preference, m)?;
        }
        if weights.len() != m {
            return Err(ConeError::new(
                "the number of weights",
                weights.len() as f64,
                format!("it must be {m}, one for each objective"),
            ));
        }
        Ok(())
    }
}
