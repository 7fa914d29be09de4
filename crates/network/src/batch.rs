//! What a batch must satisfy before it is run.

use crate::error::NetworkError;
use crate::loss::Objective;
use crate::plan::Plan;
use crate::real::Real;

/// Checks the number of examples, the tokens of an embedding, and the labels where they count.
///
/// # Errors
/// Names the example, the value and the range.
pub(crate) fn check_batch<T: Real>(
    plan: &Plan,
    examples: usize,
    inputs: &[T],
    labels: Option<&[i32]>,
) -> Result<(), NetworkError> {
    if examples == 0 || examples > plan.batch_size {
        return Err(NetworkError::new(
            "the number of examples",
            examples,
            format!("it must be 1 to the batch size, {}", plan.batch_size),
        ));
    }
    if plan.tokens > 0 {
        for (k, token) in inputs[..examples * plan.input_size].iter().enumerate() {
            let token = token.to_f64();
            if token < 0.0 || token >= plan.tokens as f64 || token != libm::floor(token) {
                let (example, step) = (k / plan.input_size, k % plan.input_size);
                return Err(NetworkError::new(
                    format!("token {step} of example {example}"),
                    token,
                    format!("it must be an integer from 0 to {}", plan.tokens - 1),
                ));
            }
        }
    }
    let Some(labels) = labels else { return Ok(()) };
    let losses = plan.losses();
    let mut first = 0;
    for head in &plan.heads {
        let classes = head.size / head.losses;
        for k in 0..examples * head.losses {
            let (example, loss) = (k / head.losses, first + k % head.losses);
            let label = labels[example * losses + loss];
            let outside = label < 0 || label as usize >= classes;
            if head.objective == Objective::CrossEntropy && outside {
                return Err(NetworkError::new(
                    if losses == 1 {
                        format!("the label of example {example}")
                    } else {
                        format!("label {loss} of example {example}")
                    },
                    label,
                    format!(
                        "it must be 0 to {}, the network has {classes} outputs",
                        classes - 1
                    ),
                ));
            }
        }
        first += head.losses;
    }
    Ok(())
}
