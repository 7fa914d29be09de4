//! Parameter tensors of layers, and which of them are shared.

use super::{Initial, LayerPlan, Parameter};
use crate::description::Layer;
use crate::error::NetworkError;

/// A tensor that a layer asks for: the last part of its name, its shape, how it is drawn.
type Wanted = (&'static str, Vec<usize>, Initial);

/// The tensors of `layer`, in PyTorch's order.
fn wanted(layer: &Layer, input: &[usize]) -> Vec<Wanted> {
    let affine = |shape: Vec<usize>| {
        vec![
            ("weight", shape.clone(), Initial::Constant(1.0)),
            ("bias", shape, Initial::Constant(0.0)),
        ]
    };
    let weighted = |shape: Vec<usize>, bias: bool| {
        let outputs = shape[0];
        let fan_in: f64 = shape[1..].iter().map(|&d| d as f64).product();
        let initial = Initial::Uniform(1.0 / fan_in.sqrt());
        let mut tensors = vec![("weight", shape, initial)];
        if bias {
            tensors.push(("bias", vec![outputs], initial));
        }
        tensors
    };
    match *layer {
        Layer::Conv2d {
            outputs,
            kernel,
            groups,
            bias,
            ..
        } => weighted(vec![outputs, input[0] / groups, kernel, kernel], bias),
        Layer::Linear { outputs, bias, .. } => {
            weighted(vec![outputs, input[input.len() - 1]], bias)
        }
        Layer::GroupNorm { .. } => affine(vec![input[0]]),
        Layer::LayerNorm { .. } => affine(input.to_vec()),
        Layer::Embedding { entries, width, .. } => {
            vec![("weight", vec![entries, width], Initial::Normal)]
        }
        Layer::Recurrent { hidden, bias, .. } => {
            let initial = Initial::Uniform(1.0 / (hidden as f64).sqrt());
            let mut tensors = vec![
                ("weight_ih_l0", vec![hidden, input[1]], initial),
                ("weight_hh_l0", vec![hidden, hidden], initial),
            ];
            if bias {
                tensors.push(("bias_ih_l0", vec![hidden], initial));
                tensors.push(("bias_hh_l0", vec![hidden], initial));
            }
            tensors
        }
        _ => vec![],
    }
}

/// The numbers of the tensors of `layer`, called `name` and at `path` of the description. Those that it does not
/// share with an earlier layer are added to `parameters`.
pub(super) fn assign(
    layer: &Layer,
    input: &[usize],
    name: &str,
    path: &str,
    layers: &[LayerPlan],
    parameters: &mut Vec<Parameter>,
) -> Result<Vec<usize>, NetworkError> {
    let shared: &[usize] = match layer.tie() {
        None => &[],
        Some(tie) => layers
            .iter()
            .find(|l| l.name == tie && !l.tensors.is_empty())
            .map(|l| &l.tensors[..])
            .ok_or_else(|| {
                let rule = "it must be the path of an earlier layer with parameters";
                NetworkError::new(format!("{path}.tie"), tie, rule)
            })?,
    };
    let mut uses = 0;
    let mut tensors = vec![];
    for (suffix, shape, initial) in wanted(layer, input) {
        let full = format!("{name}.{suffix}");
        let same = shared
            .iter()
            .find(|&&t| parameters[t].name.rsplit('.').next() == Some(suffix));
        if let Some(&tensor) = same {
            let other = &parameters[tensor];
            if other.shape != shape {
                return Err(NetworkError::new(
                    format!("the shape of {full}"),
                    format!("{shape:?}"),
                    format!(
                        "it is tied to {} and must have its shape, {:?}",
                        other.name, other.shape
                    ),
                ));
            }
            uses += 1;
            tensors.push(tensor);
        } else {
            tensors.push(parameters.len());
            parameters.push(Parameter {
                size: super::shapes::size(&shape, &full)?,
                name: full,
                shape,
                layer: layers.len(),
                initial,
            });
        }
    }
    match layer.tie() {
        Some(tie) if uses == 0 => Err(NetworkError::new(
            format!("{path}.tie"),
            tie,
            "the two layers must have a tensor in common",
        )),
        _ => Ok(tensors),
    }
}
