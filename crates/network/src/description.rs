//! What a network is, as plain data: the JSON that users write, one layer an entry.
//!
//! Layers are numbered as PyTorch's `nn.Sequential` numbers them, so the parameters of layer 3 are
//! `3.weight` and `3.bias`, and weights move both ways.

#[cfg(feature = "json")]
use crate::error::NetworkError;

/// A network: the shape of one example and the layers it passes through.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Description {
    /// For people and messages.
    pub name: String,
    /// Shape of one example: `[channels, height, width]` or `[features]`.
    pub input: Vec<usize>,
    /// The layers, in order.
    pub layers: Vec<Layer>,
}

#[cfg(feature = "json")]
const fn one() -> usize {
    1
}
#[cfg(feature = "json")]
const fn yes() -> bool {
    true
}
#[cfg(feature = "json")]
const fn small() -> f64 {
    1e-5
}

/// One layer of a [`Description`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "json",
    serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)
)]
pub enum Layer {
    /// Two-dimensional convolution, square kernel, zero padding.
    Conv2d {
        /// Output channels.
        outputs: usize,
        /// Side of the kernel.
        kernel: usize,
        /// Step between windows.
        #[cfg_attr(feature = "json", serde(default = "one"))]
        stride: usize,
        /// Zeros added on each side.
        #[cfg_attr(feature = "json", serde(default))]
        padding: usize,
        /// Independent groups of input and output channels.
        #[cfg_attr(feature = "json", serde(default = "one"))]
        groups: usize,
        /// Whether each output channel has a bias.
        #[cfg_attr(feature = "json", serde(default = "yes"))]
        bias: bool,
    },
    /// Fully connected layer on a flat input.
    Linear {
        /// Output features.
        outputs: usize,
        /// Whether each output has a bias.
        #[cfg_attr(feature = "json", serde(default = "yes"))]
        bias: bool,
    },
    /// Largest entry of each window; windows that do not fit are dropped.
    #[cfg_attr(feature = "json", serde(rename = "max-pool2d"))]
    MaxPool2d {
        /// Side of the window.
        kernel: usize,
        /// Step between windows; the kernel by default.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        stride: Option<usize>,
    },
    /// Mean of each window; windows that do not fit are dropped.
    #[cfg_attr(feature = "json", serde(rename = "average-pool2d"))]
    AveragePool2d {
        /// Side of the window.
        kernel: usize,
        /// Step between windows; the kernel by default.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        stride: Option<usize>,
    },
    /// x for x > 0, eˣ − 1 otherwise.
    Elu {},
    /// max(x, 0).
    Relu {},
    /// Hyperbolic tangent.
    Tanh {},
    /// 1 / (1 + e⁻ˣ).
    Sigmoid {},
    /// x Φ(x), Φ the normal distribution function.
    Gelu {},
    /// `[channels, height, width]` to one row, in that order.
    Flatten {},
    /// Normalisation over groups of channels of one example (Wu and He, 2018).
    GroupNorm {
        /// Groups of neighbouring channels.
        groups: usize,
        /// Added to the variance.
        #[cfg_attr(feature = "json", serde(default = "small"))]
        epsilon: f64,
    },
    /// Normalisation over all entries of one example (Ba, Kiros and Hinton, 2016).
    LayerNorm {
        /// Added to the variance.
        #[cfg_attr(feature = "json", serde(default = "small"))]
        epsilon: f64,
    },
    /// Zeroes each entry with this probability while training and scales the rest by 1 / (1 − p).
    Dropout {
        /// In [0, 1).
        probability: f64,
    },
}

impl Layer {
    /// The layer's kind as the JSON names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Conv2d { .. } => "conv2d",
            Self::Linear { .. } => "linear",
            Self::MaxPool2d { .. } => "max-pool2d",
            Self::AveragePool2d { .. } => "average-pool2d",
            Self::Elu {} => "elu",
            Self::Relu {} => "relu",
            Self::Tanh {} => "tanh",
            Self::Sigmoid {} => "sigmoid",
            Self::Gelu {} => "gelu",
            Self::Flatten {} => "flatten",
            Self::GroupNorm { .. } => "group-norm",
            Self::LayerNorm { .. } => "layer-norm",
            Self::Dropout { .. } => "dropout",
        }
    }
}

#[cfg(feature = "json")]
impl Description {
    /// Reads a description from JSON.
    ///
    /// # Errors
    /// Malformed JSON, unknown layers and keys, and batch normalisation, which couples the examples of a
    /// batch so that no example has a gradient of its own.
    pub fn from_json(json: &str) -> Result<Self, NetworkError> {
        let value: serde_json::Value = serde_json::from_str(json)
            .map_err(|e| NetworkError::new("the network description", e, "it must be JSON"))?;
        if let Some(layers) = value.get("layers").and_then(|l| l.as_array()) {
            for (i, layer) in layers.iter().enumerate() {
                let kind = layer.get("kind").and_then(|k| k.as_str()).unwrap_or("");
                if kind.starts_with("batch-norm") {
                    return Err(NetworkError::new(
                        format!("layers[{i}].kind"),
                        format!("\"{kind}\""),
                        "batch normalisation mixes the examples of a batch, so no example has a gradient of its own; \
                         use group-norm or layer-norm, which normalise each example alone",
                    ));
                }
                serde_json::from_value::<Layer>(layer.clone())
                    .map_err(|e| NetworkError::new(format!("layers[{i}]"), layer, e.to_string()))?;
            }
        }
        serde_json::from_value(value)
            .map_err(|e| NetworkError::new("the network description", "malformed", e.to_string()))
    }
}
