//! Shapes of activations: what each layer makes of its input's.

use crate::description::Layer;
use crate::error::NetworkError;

/// Largest number of entries of one activation or tensor: far above any use, and small enough that sizes
/// cannot overflow in 32 bits.
pub const LARGEST: usize = 1 << 28;

/// The product of `shape`.
pub(super) fn size(shape: &[usize], place: &str) -> Result<usize, NetworkError> {
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

const SEQUENCE: &str = "its input must have the shape [steps, features]";

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

/// The shape after `layer`, which stands at `path` of the description, given the shape before it. Not for a sum.
pub(super) fn output_shape(
    layer: &Layer,
    input: &[usize],
    path: &str,
) -> Result<Vec<usize>, NetworkError> {
    let place = format!("{path} ({})", layer.kind());
    let at = |key: &str| format!("{path}.{key}");
    let wrong_shape = |rule: &str| {
        NetworkError::new(
            place.as_str(),
            format!("applied to the shape {input:?}"),
            rule,
        )
    };
    let positive_count = |key: &str, count: usize| {
        if count > 0 {
            Ok(count)
        } else {
            Err(NetworkError::new(at(key), count, "it must be at least 1"))
        }
    };
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
            [_] => vec![positive_count("outputs", outputs)?],
            [steps, _] => vec![steps, positive_count("outputs", outputs)?],
            _ => {
                return Err(wrong_shape(
                    "a linear layer takes a flat input; put a flatten layer before it",
                ));
            }
        },
        Layer::Embedding { entries, width, .. } => match *input {
            [steps] => {
                positive_count("entries", entries)?;
                vec![steps, positive_count("width", width)?]
            }
            _ => return Err(wrong_shape("its input must have the shape [steps]")),
        },
        Layer::Recurrent { hidden, .. } => match *input {
            [steps, _] => vec![steps, positive_count("hidden", hidden)?],
            _ => return Err(wrong_shape(SEQUENCE)),
        },
        Layer::LastStep {} => match *input {
            [_, features] => vec![features],
            _ => return Err(wrong_shape(SEQUENCE)),
        },
        Layer::MaxPool2d { kernel, stride } | Layer::AveragePool2d { kernel, stride } => {
            let (c, h, w) = spatial(input, &place)?;
            let side = |length| windows(length, kernel, stride.unwrap_or(kernel), 0, &place);
            vec![c, side(h)?, side(w)?]
        }
        Layer::Flatten {} => vec![size(input, &place)?],
        Layer::GroupNorm {
            groups, epsilon, ..
        } => {
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
        Layer::LayerNorm { epsilon, .. } => {
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
        Layer::Sum { .. } => unreachable!("a sum has the shape of its branches"),
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
