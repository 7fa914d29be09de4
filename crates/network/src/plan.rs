//! Shapes and parameters of a network, inferred once and read by every engine.

use crate::description::{Description, Layer};
use crate::error::NetworkError;
use crate::loss::Objective;
use std::fmt::Write;

/// How a parameter tensor is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// Uniform in ±bound.
    Uniform(f64),
    /// The same value everywhere.
    Constant(f64),
}

/// One parameter tensor, under PyTorch's name and in its order.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// `0.weight`, `0.bias`, ...
    pub name: String,
    /// PyTorch's shape.
    pub shape: Vec<usize>,
    /// Product of the shape.
    pub size: usize,
    /// The layer that owns it.
    pub layer: usize,
    /// How it is drawn: ±1/√fan_in for convolutions and linear layers (PyTorch's default), 1 and 0 for
    /// normalisations.
    pub initial: Initial,
}

/// One layer with its inferred shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerPlan {
    /// As the description names it.
    pub kind: &'static str,
    /// Shape of one example before the layer.
    pub input: Vec<usize>,
    /// Shape of one example after it.
    pub output: Vec<usize>,
    /// `jacobian`, `ghost` or `none`.
    pub gramian: &'static str,
    /// The kernel that runs it.
    pub kernel: String,
}

/// The resolved plan of a network at one batch size.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What was asked for.
    pub description: Description,
    /// B, the largest number of examples in a batch.
    pub batch_size: usize,
    /// One loss an example.
    pub objective: Objective,
    /// One entry a layer.
    pub layers: Vec<LayerPlan>,
    /// One entry a tensor.
    pub parameters: Vec<Parameter>,
    /// n.
    pub parameter_count: usize,
    /// Entries of one example.
    pub input_size: usize,
    /// Entries of one output.
    pub output_size: usize,
    /// Bytes that the engine holds.
    pub bytes: usize,
}

/// Largest number of entries of one activation or tensor: far above any use, and small enough that sizes
/// cannot overflow in 32 bits.
const LARGEST: usize = 1 << 28;

fn size(shape: &[usize], place: &str) -> Result<usize, NetworkError> {
    shape
        .iter()
        .try_fold(1usize, |n, &d| {
            n.checked_mul(d).filter(|&n| n > 0 && n <= LARGEST)
        })
        .ok_or_else(|| {
            NetworkError::new(
                place,
                format!("{shape:?}"),
                format!("its entries must number 1 to {LARGEST}"),
            )
        })
}

fn spatial(shape: &[usize], place: &str) -> Result<(usize, usize, usize), NetworkError> {
    match *shape {
        [c, h, w] => Ok((c, h, w)),
        _ => Err(NetworkError::new(
            place,
            format!("applied to the shape {shape:?}"),
            "its input must have the shape [channels, height, width]",
        )),
    }
}

/// Number of windows of side `kernel` at steps of `stride` along `length` entries, `padding` added on each side.
fn windows(
    length: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    place: &str,
) -> Result<usize, NetworkError> {
    if !(1..=LARGEST).contains(&kernel) || !(1..=LARGEST).contains(&stride) {
        return Err(NetworkError::new(
            place,
            format!("kernel {kernel}, stride {stride}"),
            format!("both must be 1 to {LARGEST}"),
        ));
    }
    if padding >= kernel && padding > 0 {
        return Err(NetworkError::new(
            place,
            format!("padding {padding}"),
            format!("it must be smaller than the kernel, {kernel}"),
        ));
    }
    if kernel > length + 2 * padding {
        return Err(NetworkError::new(
            place,
            format!("kernel {kernel}"),
            format!("it must fit into its input of {length} entries a side with padding {padding}"),
        ));
    }
    Ok((length + 2 * padding - kernel) / stride + 1)
}

/// The shape after `layer`, given the shape before it.
///
/// # Errors
/// Shapes that do not fit the layer: names the layer, the value and the rule.
pub fn output_shape(
    layer: &Layer,
    input: &[usize],
    index: usize,
) -> Result<Vec<usize>, NetworkError> {
    let place = format!("layers[{index}] ({})", layer.kind());
    let at = |key: &str| format!("layers[{index}].{key}");
    let output = match *layer {
        Layer::Conv2d {
            outputs,
            kernel,
            stride,
            padding,
            groups,
            ..
        } => {
            let (c, h, w) = spatial(input, &place)?;
            if groups == 0 || !c.is_multiple_of(groups) {
                return Err(NetworkError::new(
                    at("groups"),
                    groups,
                    format!("it must divide the {c} input channels"),
                ));
            }
            if outputs == 0 || !outputs.is_multiple_of(groups) {
                return Err(NetworkError::new(
                    at("outputs"),
                    outputs,
                    format!("it must be a positive multiple of the {groups} groups"),
                ));
            }
            let side = |length| windows(length, kernel, stride, padding, &place);
            vec![outputs, side(h)?, side(w)?]
        }
        Layer::Linear { outputs, .. } => match *input {
            [_] if outputs > 0 => vec![outputs],
            [_] => {
                return Err(NetworkError::new(
                    at("outputs"),
                    outputs,
                    "it must be at least 1",
                ));
            }
            _ => {
                return Err(NetworkError::new(
                    place,
                    format!("applied to the shape {input:?}"),
                    "a linear layer takes a flat input; put a flatten layer before it",
                ));
            }
        },
        Layer::MaxPool2d { kernel, stride } | Layer::AveragePool2d { kernel, stride } => {
            let (c, h, w) = spatial(input, &place)?;
            let side = |length| windows(length, kernel, stride.unwrap_or(kernel), 0, &place);
            vec![c, side(h)?, side(w)?]
        }
        Layer::Flatten {} => vec![size(input, &place)?],
        Layer::GroupNorm { groups, epsilon } => {
            let c = input[0];
            if groups == 0 || !c.is_multiple_of(groups) {
                return Err(NetworkError::new(
                    at("groups"),
                    groups,
                    format!("it must divide the {c} channels"),
                ));
            }
            positive(epsilon, &at("epsilon"))?;
            input.to_vec()
        }
        Layer::LayerNorm { epsilon } => {
            positive(epsilon, &at("epsilon"))?;
            input.to_vec()
        }
        Layer::Dropout { probability } => {
            if !(0.0..1.0).contains(&probability) {
                return Err(NetworkError::new(
                    at("probability"),
                    probability,
                    "it must be at least 0 and below 1",
                ));
            }
            input.to_vec()
        }
        Layer::Elu {} | Layer::Relu {} | Layer::Tanh {} | Layer::Sigmoid {} | Layer::Gelu {} => {
            input.to_vec()
        }
    };
    size(&output, &place)?;
    Ok(output)
}

fn positive(value: f64, place: &str) -> Result<(), NetworkError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(NetworkError::new(
            place,
            value,
            "it must be positive and finite",
        ))
    }
}

/// The parameter tensors of `layer`, in PyTorch's order: weight, then bias.
fn parameters(layer: &Layer, input: &[usize], index: usize) -> Vec<Parameter> {
    let tensor = |suffix: &str, shape: Vec<usize>, initial| Parameter {
        name: format!("{index}.{suffix}"),
        // Saturates far above what the plan allows.
        size: shape.iter().fold(1, |n: usize, &d| n.saturating_mul(d)),
        shape,
        layer: index,
        initial,
    };
    let affine = |shape: Vec<usize>| {
        vec![
            tensor("weight", shape.clone(), Initial::Constant(1.0)),
            tensor("bias", shape, Initial::Constant(0.0)),
        ]
    };
    let weighted = |shape: Vec<usize>, bias: bool| {
        let outputs = shape[0];
        let fan_in: f64 = shape[1..].iter().map(|&d| d as f64).product();
        let initial = Initial::Uniform(1.0 / fan_in.sqrt());
        let mut tensors = vec![tensor("weight", shape, initial)];
        if bias {
            tensors.push(tensor("bias", vec![outputs], initial));
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
        Layer::Linear { outputs, bias } => weighted(vec![outputs, input[0]], bias),
        Layer::GroupNorm { .. } => affine(vec![input[0]]),
        Layer::LayerNorm { .. } => affine(input.to_vec()),
        _ => vec![],
    }
}

impl Plan {
    /// Infers all shapes and parameters.
    ///
    /// # Errors
    /// Names the layer, the value and the rule that it breaks.
    pub fn infer(
        description: &Description,
        batch_size: usize,
        objective: Objective,
    ) -> Result<Self, NetworkError> {
        if batch_size == 0 || batch_size > 65_536 {
            return Err(NetworkError::new(
                "the batch size",
                batch_size,
                "it must be 1 to 65536",
            ));
        }
        if description.input.len() != 1 && description.input.len() != 3 {
            return Err(NetworkError::new(
                "input",
                format!("{:?}", description.input),
                "it must be [features] or [channels, height, width]",
            ));
        }
        let input_size = size(&description.input, "input")?;
        let mut shape = description.input.clone();
        let mut layers = Vec::with_capacity(description.layers.len());
        let mut tensors = Vec::new();
        for (index, layer) in description.layers.iter().enumerate() {
            let output = output_shape(layer, &shape, index)?;
            for tensor in parameters(layer, &shape, index) {
                size(&tensor.shape, &tensor.name)?;
                tensors.push(tensor);
            }
            layers.push(LayerPlan {
                kind: layer.kind(),
                input: std::mem::replace(&mut shape, output.clone()),
                output,
                gramian: "none",
                kernel: String::new(),
            });
        }
        let [output_size] = shape[..] else {
            return Err(NetworkError::new(
                "the network's output",
                format!("of shape {shape:?}"),
                "it must be flat; end with flatten or linear",
            ));
        };
        let parameter_count = tensors.iter().map(|t| t.size).sum();
        if parameter_count == 0 {
            return Err(NetworkError::new(
                "layers",
                "without parameters",
                "a network needs at least one layer to train",
            ));
        }
        if parameter_count > LARGEST {
            return Err(NetworkError::new(
                "layers",
                format!("{parameter_count} parameters"),
                format!("at most {LARGEST} are possible"),
            ));
        }
        Ok(Self {
            description: description.clone(),
            batch_size,
            objective,
            layers,
            parameters: tensors,
            parameter_count,
            input_size,
            output_size,
            bytes: 0,
        })
    }

    /// What was inferred, as JSON: `layers`, `parameters`, `parameterCount`, `inputSize`, `outputSize`, `bytes`.
    /// Names and kernels are plain ASCII without quotes.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::from("{\"layers\":[");
        for (i, layer) in self.layers.iter().enumerate() {
            let LayerPlan {
                kind,
                input,
                output,
                gramian,
                kernel,
            } = layer;
            let comma = if i > 0 { "," } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(
                json,
                "{comma}{{\"kind\":\"{kind}\",\"input\":{input:?},\"output\":{output:?},\"gramian\":\"{gramian}\",\"kernel\":\"{kernel}\"}}"
            );
        }
        json.push_str("],\"parameters\":[");
        for (
            i,
            Parameter {
                name, shape, size, ..
            },
        ) in self.parameters.iter().enumerate()
        {
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(
                json,
                "{comma}{{\"name\":\"{name}\",\"shape\":{shape:?},\"size\":{size}}}"
            );
        }
        let Self {
            parameter_count,
            input_size,
            output_size,
            bytes,
            ..
        } = self;
        let _ = write!(
            json,
            "],\"parameterCount\":{parameter_count},\"inputSize\":{input_size},\"outputSize\":{output_size},\"bytes\":{bytes}}}"
        );
        json
    }
}
