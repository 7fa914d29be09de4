//! Weights of Gramians in memory, by the methods that are no projection onto the dual cone.

use crate::memory::numbers_at;
use crate::refusal::{Seen, refuse, refuse_cone};
use dualcone_cone::{ConeError, Report, ScaleMode};
use wasm_bindgen::prelude::*;

/// Numbers of a report in memory.
const REPORT_LENGTH: usize = 3;

/// MGDA, CAGrad, Nash-MTL, FairGrad, Aligned-MTL, IMTL-G, ConFIG and PCD for m objectives.
///
/// All buffers are float64 and keep their place for life: the Gramian (m·m, row-major), the
/// preference (m, first 1/m each), the state (m, first 1 each), the weights (m) and the report,
/// which is, in this order: converged (1 or 0), residual, iterations. Each method takes the byte
/// offset of the Gramian that it weighs, its own or any other in memory; `dualcone_cone::WeightSolver`
/// says what the methods compute and what their residuals mean.
#[wasm_bindgen]
pub struct WeightSolver {
    solver: dualcone_cone::WeightSolver,
    gramian: Vec<f64>,
    preference: Vec<f64>,
    state: Vec<f64>,
    weights: Vec<f64>,
    report: [f64; REPORT_LENGTH],
}

#[wasm_bindgen]
impl WeightSolver {
    /// Plans the memory for m `objectives`.
    ///
    /// # Errors
    /// Refuses zero objectives.
    #[wasm_bindgen(constructor)]
    pub fn new(objectives: usize) -> Result<WeightSolver, JsError> {
        if objectives == 0 {
            let rule = "it must be at least 1";
            return Err(refuse(rule, "the number of objectives", Seen::Number(0.0)));
        }
        Ok(WeightSolver {
            solver: dualcone_cone::WeightSolver::new(objectives),
            gramian: vec![0.0; objectives * objectives],
            preference: vec![1.0 / objectives as f64; objectives],
            state: vec![1.0; objectives],
            weights: vec![0.0; objectives],
            report: [0.0; REPORT_LENGTH],
        })
    }

    /// m.
    #[wasm_bindgen(getter)]
    pub fn objectives(&self) -> usize {
        self.weights.len()
    }

    /// Byte offset of this solver's own Gramian.
    #[wasm_bindgen(getter, js_name = gramianPointer)]
    pub fn gramian_pointer(&self) -> usize {
        self.gramian.as_ptr() as usize
    }

    /// Byte offset of the preference.
    #[wasm_bindgen(getter, js_name = preferencePointer)]
    pub fn preference_pointer(&self) -> usize {
        self.preference.as_ptr() as usize
    }

    /// Byte offset of the state.
    #[wasm_bindgen(getter, js_name = statePointer)]
    pub fn state_pointer(&self) -> usize {
        self.state.as_ptr() as usize
    }

    /// Byte offset of the weights.
    #[wasm_bindgen(getter, js_name = weightsPointer)]
    pub fn weights_pointer(&self) -> usize {
        self.weights.as_ptr() as usize
    }

    /// Byte offset of the report.
    #[wasm_bindgen(getter, js_name = reportPointer)]
    pub fn report_pointer(&self) -> usize {
        self.report.as_ptr() as usize
    }

    /// Numbers of the report.
    #[wasm_bindgen(getter, js_name = reportLength)]
    pub fn report_length(&self) -> usize {
        REPORT_LENGTH
    }

    /// Exact MGDA. No preference.
    ///
    /// # Errors
    /// Refuses a matrix that cannot be a Gramian, and a pointer outside the memory; so do all methods.
    pub fn mgda(&mut self, pointer: usize) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            all.solver.mgda(gramian, &mut all.weights)
        })
    }

    /// MGDA by Frank-Wolfe. No preference.
    ///
    /// # Errors
    /// Refuses also an `epsilon` that is negative or not finite.
    #[wasm_bindgen(js_name = frankWolfe)]
    pub fn frank_wolfe(
        &mut self,
        pointer: usize,
        epsilon: f64,
        #[wasm_bindgen(js_name = maxIterations)] max_iterations: usize,
    ) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            let weights = &mut all.weights;
            all.solver
                .frank_wolfe(gramian, epsilon, max_iterations, weights)
        })
    }

    /// CAGrad with the preference as its mean.
    ///
    /// # Errors
    /// Refuses also a `c` that is negative or not finite, and a bad preference.
    pub fn cagrad(&mut self, pointer: usize, c: f64) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            let preference = Some(all.preference.as_slice());
            all.solver.cagrad(gramian, c, preference, &mut all.weights)
        })
    }

    /// Exact Nash-MTL; `maxNorm` 0 for no bound. No preference, no state.
    ///
    /// # Errors
    /// Refuses also a `maxNorm` that is negative or not finite.
    #[wasm_bindgen(js_name = nashMtl)]
    pub fn nash_mtl(
        &mut self,
        pointer: usize,
        #[wasm_bindgen(js_name = maxNorm)] max_norm: f64,
    ) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            all.solver.nash_mtl(gramian, max_norm, &mut all.weights)
        })
    }

    /// Nash-MTL by the authors' iteration, from the state and with its last iterate left there.
    ///
    /// # Errors
    /// Refuses also a `maxNorm` that is negative or not finite, and a state that is not finite.
    #[wasm_bindgen(js_name = nashMtlOfficial)]
    pub fn nash_mtl_official(
        &mut self,
        pointer: usize,
        #[wasm_bindgen(js_name = maxNorm)] max_norm: f64,
        iterations: usize,
    ) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            let (state, weights) = (&mut all.state, &mut all.weights);
            all.solver
                .nash_mtl_official(gramian, max_norm, iterations, state, weights)
        })
    }

    /// FairGrad. No preference.
    ///
    /// # Errors
    /// Refuses also an `alpha` that is not positive and finite.
    pub fn fairgrad(&mut self, pointer: usize, alpha: f64) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            all.solver.fairgrad(gramian, alpha, &mut all.weights)
        })
    }

    /// Aligned-MTL with the preference; `mode` 0 scales by the smallest eigenvalue, 1 by the median,
    /// 2 by the mean. Without a `cutoff` it is m 2^-23.
    ///
    /// # Errors
    /// Refuses also another mode, a `cutoff` outside [0, 1), and a bad preference.
    #[wasm_bindgen(js_name = alignedMtl)]
    pub fn aligned_mtl(
        &mut self,
        pointer: usize,
        mode: u32,
        cutoff: Option<f64>,
    ) -> Result<(), JsError> {
        let mode = match mode {
            0 => ScaleMode::Min,
            1 => ScaleMode::Median,
            2 => ScaleMode::Mean,
            other => {
                let rule = "it must be 0, 1 or 2";
                let seen = Seen::Number(f64::from(other));
                return Err(refuse(rule, "the scale mode of Aligned-MTL", seen));
            }
        };
        self.solve(pointer, &mut |all, gramian| {
            let preference = Some(all.preference.as_slice());
            let weights = &mut all.weights;
            all.solver
                .aligned_mtl(gramian, mode, cutoff, preference, weights)
        })
    }

    /// IMTL-G. Without a `cutoff` it is m 2^-52. No preference.
    ///
    /// # Errors
    /// Refuses also a `cutoff` outside [0, 1).
    #[wasm_bindgen(js_name = imtlG)]
    pub fn imtl_g(&mut self, pointer: usize, cutoff: Option<f64>) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            all.solver.imtl_g(gramian, cutoff, &mut all.weights)
        })
    }

    /// ConFIG with the preference, of which only the ratios matter.
    ///
    /// # Errors
    /// Refuses also a bad preference.
    pub fn config(&mut self, pointer: usize) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            let preference = Some(all.preference.as_slice());
            all.solver.config(gramian, preference, &mut all.weights)
        })
    }

    /// PCD for the Gramian of the scaled rows h, row 0 the primary objective. The preference holds
    /// the bounds: entry j is tau_j times h_j'h_j, the j-th diagonal entry of that Gramian, for every
    /// j from 1 on; entry 0 is not looked at.
    ///
    /// # Errors
    /// Refuses also a bound that is not finite.
    pub fn pcd(&mut self, pointer: usize) -> Result<(), JsError> {
        self.solve(pointer, &mut |all, gramian| {
            all.solver.pcd(gramian, &all.preference, &mut all.weights)
        })
    }
}

/// A method of a solver, for the Gramian given.
type Method<'a> = &'a mut dyn FnMut(&mut WeightSolver, &[f64]) -> Result<Report, ConeError>;

impl WeightSolver {
    #[inline(never)]
    fn solve(&mut self, pointer: usize, method: Method<'_>) -> Result<(), JsError> {
        // SAFETY: JavaScript does not run until the solve is over, and the solver writes only to its
        // own scratch memory, to `state` and to `weights`, which are no Gramian.
        let gramian =
            unsafe { numbers_at(pointer, self.gramian.len(), "the pointer to the Gramian")? };
        let report = method(self, gramian).map_err(refuse_cone)?;
        self.report = [
            if report.converged { 1.0 } else { 0.0 },
            report.residual,
            report.iterations as f64,
        ];
        Ok(())
    }
}
