//! Walks a description from its input to its outputs.

use super::shapes::{LARGEST, output_shape, size};
use super::{HeadPlan, LayerPlan, Parameter, Plan, tensors};
use crate::description::{Description, Head, Layer};
use crate::error::NetworkError;
use crate::loss::Objective;

/// What was inferred so far.
#[derive(Default)]
struct Walk {
    layers: Vec<LayerPlan>,
    parameters: Vec<Parameter>,
    tokens: usize,
}

impl Walk {
    /// The shape after `layers`, whose names begin with `name` and whose places in the description with `path`.
    /// `raw`: the first one reads the network's input itself.
    fn list(
        &mut self,
        layers: &[Layer],
        mut shape: Vec<usize>,
        name: &str,
        path: &str,
        mut raw: bool,
    ) -> Result<Vec<usize>, NetworkError> {
        for (index, layer) in layers.iter().enumerate() {
            let (name, path) = (format!("{name}{index}"), format!("{path}[{index}]"));
            let output = if let Layer::Sum { branches } = layer {
                self.sum(branches, &shape, &name, &path, raw)?
            } else {
                output_shape(layer, &shape, &path)?
            };
            if let Layer::Embedding { entries, .. } = *layer {
                if !raw {
                    return Err(NetworkError::new(
                        path,
                        "behind other layers",
                        "an embedding must come first: it reads token numbers, the network's input",
                    ));
                }
                self.tokens = if self.tokens == 0 {
                    entries
                } else {
                    entries.min(self.tokens)
                };
            }
            let tensors = tensors::assign(
                layer,
                &shape,
                &name,
                &path,
                &self.layers,
                &mut self.parameters,
            )?;
            self.layers.push(LayerPlan {
                name,
                kind: layer.kind(),
                input: std::mem::replace(&mut shape, output.clone()),
                output,
                tensors,
                gramian: "none",
                kernel: String::new(),
            });
            raw = false;
        }
        Ok(shape)
    }

    fn sum(
        &mut self,
        branches: &[Vec<Layer>],
        input: &[usize],
        name: &str,
        path: &str,
        raw: bool,
    ) -> Result<Vec<usize>, NetworkError> {
        let mut output: Option<Vec<usize>> = None;
        for (b, branch) in branches.iter().enumerate() {
            let place = format!("{path}.branches[{b}]");
            let within = format!("{name}.branches.{b}.");
            let shape = self.list(branch, input.to_vec(), &within, &place, raw)?;
            match &output {
                Some(first) if *first != shape => {
                    return Err(NetworkError::new(
                        place,
                        format!("of the output shape {shape:?}"),
                        format!("all branches must have the shape of the first, {first:?}"),
                    ));
                }
                _ => output = Some(shape),
            }
        }
        output.ok_or_else(|| {
            let place = format!("{path}.branches");
            NetworkError::new(place, "empty", "a sum needs at least one branch")
        })
    }
}

/// A head's losses: one for [outputs], one a step for [steps, outputs].
fn head(
    name: &str,
    output: Vec<usize>,
    objective: Objective,
    place: String,
) -> Result<HeadPlan, NetworkError> {
    let losses = match output[..] {
        [_] => 1,
        [steps, _] => steps,
        _ => {
            return Err(NetworkError::new(
                place,
                format!("of shape {output:?}"),
                "it must be flat; end with flatten or linear",
            ));
        }
    };
    Ok(HeadPlan {
        name: name.into(),
        size: output.iter().product(),
        output,
        objective,
        losses,
    })
}

fn check_name(head: &Head) -> Result<(), NetworkError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !head.name.is_empty() && head.name.bytes().all(plain) {
        return Ok(());
    }
    let rule = "it must be letters, digits, _ and - (at least one)";
    Err(NetworkError::new(
        "the name of a head",
        head.name.as_str(),
        rule,
    ))
}

impl Plan {
    /// Infers all shapes and parameters, for one objective a head (one in all where there are no heads).
    ///
    /// # Errors
    /// Names the layer, the value and the rule that it breaks.
    pub fn infer_graph(
        description: &Description,
        batch_size: usize,
        objectives: &[Objective],
    ) -> Result<Self, NetworkError> {
        if batch_size == 0 || batch_size > 65_536 {
            return Err(NetworkError::new(
                "the batch size",
                batch_size,
                "it must be 1 to 65536",
            ));
        }
        if !(1..=3).contains(&description.input.len()) {
            return Err(NetworkError::new(
                "input",
                format!("{:?}", description.input),
                "it must be [features], [steps, features] or [channels, height, width]",
            ));
        }
        let outputs = description.heads.len().max(1);
        if objectives.len() != outputs {
            return Err(NetworkError::new(
                "the number of objectives",
                objectives.len(),
                format!("there must be one an output, {outputs}"),
            ));
        }
        let input_size = size(&description.input, "input")?;
        let mut walk = Walk::default();
        let mut heads = Vec::with_capacity(outputs);
        let trunk = if description.heads.is_empty() {
            ""
        } else {
            "trunk."
        };
        let shape = walk.list(
            &description.layers,
            description.input.clone(),
            trunk,
            "layers",
            true,
        )?;
        if description.heads.is_empty() {
            heads.push(head(
                "output",
                shape,
                objectives[0],
                "the network's output".into(),
            )?);
        } else {
            for (branch, &objective) in description.heads.iter().zip(objectives) {
                check_name(branch)?;
                let name = &branch.name;
                let output = walk.list(
                    &branch.layers,
                    shape.clone(),
                    &format!("heads.{name}."),
                    &format!("heads.{name}.layers"),
                    description.layers.is_empty(),
                )?;
                heads.push(head(
                    name,
                    output,
                    objective,
                    format!("the output of the head {name}"),
                )?);
            }
        }
        let parameter_count = walk.parameters.iter().map(|t| t.size).sum();
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
            batch_size,
            layers: walk.layers,
            output_size: heads.iter().map(|h| h.size).sum(),
            heads,
            parameters: walk.parameters,
            parameter_count,
            input_size,
            tokens: walk.tokens,
            columns: vec![],
            bytes: 0,
        })
    }

    /// Infers the plan of a chain with one loss an example.
    ///
    /// # Errors
    /// As [`Plan::infer_graph`]; heads, sums, tied layers and outputs of several steps.
    pub fn infer(
        description: &Description,
        batch_size: usize,
        objective: Objective,
    ) -> Result<Self, NetworkError> {
        let refuse = |value: &str| {
            let rule =
                "a chain has neither heads nor sums nor tied layers, and one loss an example";
            Err(NetworkError::new("the network", value, rule))
        };
        if !description.heads.is_empty() {
            return refuse("one with heads");
        }
        for layer in &description.layers {
            if layer.tie().is_some() || matches!(layer, Layer::Sum { .. }) {
                return refuse(layer.kind());
            }
        }
        let plan = Self::infer_graph(description, batch_size, &[objective])?;
        let [_] = plan.heads[0].output[..] else {
            return Err(NetworkError::new(
                "the network's output",
                format!("of shape {:?}", plan.heads[0].output),
                "it must be flat; end with flatten or linear",
            ));
        };
        Ok(plan)
    }
}
