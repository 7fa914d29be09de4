//! Dual-cone weights of Gramians in memory.

use crate::memory::numbers_at;
use crate::refusal::{Seen, refuse, refuse_cone};
use dualcone_cone::{Certificate, ConeError, Options, Ridge, Solver, Status};
use wasm_bindgen::prelude::*;

/// Numbers of a certificate in memory.
const CERTIFICATE_LENGTH: usize = 10;

/// UPGrad and DualProj for a fixed number of objectives m, ridge and solver.
///
/// All buffers are float64 and keep their place for life: the Gramian (m·m, row-major), the
/// preference (m, first 1/m each), the weights (m) and the certificate, which is, in this order:
/// certified (1 or 0), residual, worst conflict, extra ridge, then the numbers of projections:
/// all, certified, trivial, by pivoting, by Lawson-Hanson, by Clarabel.
#[wasm_bindgen]
pub struct DualConeSolver {
    solver: dualcone_cone::DualConeSolver,
    options: Options,
    gramian: Vec<f64>,
    preference: Vec<f64>,
    weights: Vec<f64>,
    certificate: Vec<f64>,
}

#[wasm_bindgen]
impl DualConeSolver {
    /// Plans the memory for m `objectives`. `ridge` is `trace`, `diagonal` or `none`, `epsilon` its
    /// size (not looked at for `none`), `solver` is `pivoting` or `clarabel`. Up to `threads` threads
    /// share the programs of UPGrad.
    ///
    /// # Errors
    /// Refuses zero objectives and names other than these.
    #[wasm_bindgen(constructor)]
    pub fn new(
        objectives: usize,
        ridge: &str,
        epsilon: f64,
        solver: &str,
        threads: usize,
    ) -> Result<DualConeSolver, JsError> {
        if objectives == 0 {
            let rule = "it must be at least 1";
            return Err(refuse(rule, "the number of objectives", Seen::Number(0.0)));
        }
        let ridge = match ridge {
            "trace" => Ridge::Trace(epsilon),
            "diagonal" => Ridge::Diagonal(epsilon),
            "none" => Ridge::None,
            other => {
                let rule = "it must be trace, diagonal or none";
                return Err(refuse(rule, "the kind of ridge", Seen::Text(other)));
            }
        };
        let solver = match solver {
            "pivoting" => Solver::Pivoting,
            "clarabel" => Solver::Clarabel,
            other => {
                let rule = "it must be pivoting or clarabel";
                return Err(refuse(rule, "the solver", Seen::Text(other)));
            }
        };
        Ok(DualConeSolver {
            solver: dualcone_cone::DualConeSolver::on_threads(
                objectives,
                crate::threads::threads(threads),
            ),
            options: Options {
                ridge,
                solver,
                ..Options::default()
            },
            gramian: vec![0.0; objectives * objectives],
            preference: vec![1.0 / objectives as f64; objectives],
            weights: vec![0.0; objectives],
            certificate: vec![0.0; CERTIFICATE_LENGTH],
        })
    }

    /// m.
    #[wasm_bindgen(getter)]
    pub fn objectives(&self) -> usize {
        self.weights.len()
    }

    /// How many threads may share the programs.
    #[wasm_bindgen(getter)]
    pub fn threads(&self) -> usize {
        self.solver.threads()
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

    /// Byte offset of the weights.
    #[wasm_bindgen(getter, js_name = weightsPointer)]
    pub fn weights_pointer(&self) -> usize {
        self.weights.as_ptr() as usize
    }

    /// Byte offset of the certificate.
    #[wasm_bindgen(getter, js_name = certificatePointer)]
    pub fn certificate_pointer(&self) -> usize {
        self.certificate.as_ptr() as usize
    }

    /// Numbers of the certificate.
    #[wasm_bindgen(getter, js_name = certificateLength)]
    pub fn certificate_length(&self) -> usize {
        CERTIFICATE_LENGTH
    }

    /// Writes the UPGrad weights of the Gramian at byte `pointer`, and their certificate.
    ///
    /// # Errors
    /// Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
    pub fn upgrad(&mut self, pointer: usize) -> Result<(), JsError> {
        self.solve(pointer, dualcone_cone::DualConeSolver::upgrad)
    }

    /// Writes the DualProj weights of the Gramian at byte `pointer`, and their certificate.
    ///
    /// # Errors
    /// Refuses a matrix that cannot be a Gramian, and a pointer outside the memory.
    pub fn dualproj(&mut self, pointer: usize) -> Result<(), JsError> {
        self.solve(pointer, dualcone_cone::DualConeSolver::dualproj)
    }
}

/// One of the two programs of a solver: Gramian, preference, options and where the weights go.
type Program = fn(
    &mut dualcone_cone::DualConeSolver,
    &[f64],
    Option<&[f64]>,
    &Options,
    &mut [f64],
) -> Result<Certificate, ConeError>;

impl DualConeSolver {
    fn solve(&mut self, pointer: usize, program: Program) -> Result<(), JsError> {
        // SAFETY: JavaScript does not run until the solve is over, and the solver writes only to its
        // own scratch memory and to `weights`, which are no Gramian.
        let gramian =
            unsafe { numbers_at(pointer, self.gramian.len(), "the pointer to the Gramian")? };
        let preference = Some(self.preference.as_slice());
        let certificate = program(
            &mut self.solver,
            gramian,
            preference,
            &self.options,
            &mut self.weights,
        )
        .map_err(refuse_cone)?;
        self.certificate.copy_from_slice(&numbers_of(&certificate));
        Ok(())
    }
}

fn numbers_of(certificate: &Certificate) -> [f64; CERTIFICATE_LENGTH] {
    [
        if certificate.status == Status::Certified {
            1.0
        } else {
            0.0
        },
        certificate.residual,
        certificate.worst_conflict,
        certificate.extra_ridge,
        certificate.projections as f64,
        certificate.certified as f64,
        certificate.trivial as f64,
        certificate.pivoting as f64,
        certificate.lawson_hanson as f64,
        certificate.clarabel as f64,
    ]
}
