//! What a network is, as plain data: the JSON that users write, one layer an entry.
//!
//! Layers are numbered as PyTorch's `nn.Sequential` numbers them, so the parameters of layer 3 are
//! `3.weight` and `3.bias`, and weights move both ways. With heads the paths begin with `trunk` and
//! `heads.NAME`; inside a sum they go on with `branches` and the number of the branch.

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
    /// Shape of one example: `[channels, height, width]`, `[steps, features]` or `[features]`.
    pub input: Vec<usize>,
    /// The layers, in order; with heads, those that all heads share.
    pub layers: Vec<Layer>,
    /// Heads behind the layers, each with an output of its own. Empty for one output.
    #[cfg_attr(
        feature = "json",
        serde(default, skip_serializing_if = "Vec::is_empty", with = "heads")
    )]
    pub heads: Vec<Head>,
}

/// Layers between the shared ones and one output.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    /// The layers, in order.
    pub layers: Vec<Layer>,
}

/// Heads as a JSON object, in its order.
#[cfg(feature = "json")]
mod heads {
    use super::{Head, Layer};
    use serde::de::{Deserializer, MapAccess, Visitor};
    use serde::ser::Serializer;
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Layers {
        layers: Vec<Layer>,
    }

    pub fn serialize<S: Serializer>(heads: &[Head], serializer: S) -> Result<S::Ok, S::Error> {
        let entry = |head: &Head| {
            let layers = head.layers.clone();
            (head.name.clone(), Layers { layers })
        };
        serializer.collect_map(heads.iter().map(entry))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Head>, D::Error> {
        struct Heads;
        impl<'de> Visitor<'de> for Heads {
            type Value = Vec<Head>;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of heads")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Head>, A::Error> {
                let mut heads = vec![];
                while let Some((name, Layers { layers })) = map.next_entry()? {
                    heads.push(Head { name, layers });
                }
                Ok(heads)
            }
        }
        deserializer.deserialize_map(Heads)
    }
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
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
    },
    /// Fully connected layer on a flat input, or on each step of `[steps, features]`.
    Linear {
        /// Output features.
        outputs: usize,
        /// Whether each output has a bias.
        #[cfg_attr(feature = "json", serde(default = "yes"))]
        bias: bool,
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
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
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
    },
    /// Normalisation over all entries of one example (Ba, Kiros and Hinton, 2016).
    LayerNorm {
        /// Added to the variance.
        #[cfg_attr(feature = "json", serde(default = "small"))]
        epsilon: f64,
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
    },
    /// Zeroes each entry with this probability while training and scales the rest by 1 / (1 − p).
    Dropout {
        /// In [0, 1).
        probability: f64,
    },
    /// Each token's row of a table: `[steps]` token numbers, the network's input, to `[steps, width]`.
    Embedding {
        /// Tokens.
        entries: usize,
        /// Features of a token.
        width: usize,
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
    },
    /// hₜ = tanh(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh) from h₀ = 0 (Elman, 1990): `[steps, features]` to
    /// `[steps, hidden]`.
    Recurrent {
        /// Entries of h.
        hidden: usize,
        /// Whether there are b_ih and b_hh.
        #[cfg_attr(feature = "json", serde(default = "yes"))]
        bias: bool,
        /// Path of an earlier layer whose tensors this one uses too.
        #[cfg_attr(
            feature = "json",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        tie: Option<String>,
    },
    /// The last row of `[steps, features]`.
    LastStep {},
    /// The sum of branches that read the same input; an empty branch is the identity.
    Sum {
        /// The layers of each branch.
        branches: Vec<Vec<Layer>>,
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
            Self::Embedding { .. } => "embedding",
            Self::Recurrent { .. } => "recurrent",
            Self::LastStep {} => "last-step",
            Self::Sum { .. } => "sum",
        }
    }

    /// The path of the layer whose tensors this one uses too.
    #[must_use]
    pub fn tie(&self) -> Option<&str> {
        match self {
            Self::Conv2d { tie, .. }
            | Self::Linear { tie, .. }
            | Self::GroupNorm { tie, .. }
            | Self::LayerNorm { tie, .. }
            | Self::Embedding { tie, .. }
            | Self::Recurrent { tie, .. } => tie.as_deref(),
            _ => None,
        }
    }

    /// Ties this layer to the one at `path`; false where it has no parameters.
    pub fn tie_to(&mut self, path: &str) -> bool {
        match self {
            Self::Conv2d { tie, .. }
            | Self::Linear { tie, .. }
            | Self::GroupNorm { tie, .. }
            | Self::LayerNorm { tie, .. }
            | Self::Embedding { tie, .. }
            | Self::Recurrent { tie, .. } => {
                *tie = Some(path.into());
                true
            }
            _ => false,
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
        check_layers(value.get("layers"), "layers")?;
        if let Some(heads) = value.get("heads").and_then(|h| h.as_object()) {
            for (name, head) in heads {
                check_layers(head.get("layers"), &format!("heads.{name}.layers"))?;
            }
        }
        // From the text, which keeps the order of the heads.
        serde_json::from_str(json)
            .map_err(|e| NetworkError::new("the network description", "malformed", e.to_string()))
    }
}

/// Finds the layer that is at fault, which serde's message about the whole would not name.
#[cfg(feature = "json")]
fn check_layers(layers: Option<&serde_json::Value>, place: &str) -> Result<(), NetworkError> {
    let entries = layers.and_then(|l| l.as_array()).into_iter().flatten();
    for (i, layer) in entries.enumerate() {
        let kind = layer.get("kind").and_then(|k| k.as_str()).unwrap_or("");
        if kind.starts_with("batch-norm") {
            return Err(NetworkError::new(
                format!("{place}[{i}].kind"),
                format!("\"{kind}\""),
                "batch normalisation mixes the examples of a batch, so no example has a gradient of its own; \
                 use group-norm or layer-norm, which normalise each example alone",
            ));
        }
        let branches = layer.get("branches").and_then(|b| b.as_array());
        for (b, branch) in branches.into_iter().flatten().enumerate() {
            check_layers(Some(branch), &format!("{place}[{i}].branches[{b}]"))?;
        }
        serde_json::from_value::<Layer>(layer.clone())
            .map_err(|e| NetworkError::new(format!("{place}[{i}]"), layer, e.to_string()))?;
    }
    Ok(())
}
