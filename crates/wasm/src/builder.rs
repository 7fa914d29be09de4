//! Networks described layer by layer, and compiled.

use crate::graph::GraphNetwork;
use crate::network::CpuNetwork;
use crate::refusal::refuse_network;
use dualcone_network::description::{Head, Layer};
use dualcone_network::graph::{GraphOptions, JacobianRows};
use dualcone_network::{Description, Engine, GraphEngine, NetworkError, Objective};
use wasm_bindgen::prelude::*;

/// A network description, layer by layer.
#[wasm_bindgen]
pub struct NetworkBuilder {
    description: Description,
    /// The branches of every sum that is begun and not ended.
    sums: Vec<Vec<Vec<Layer>>>,
}

#[wasm_bindgen]
impl NetworkBuilder {
    /// Begins with the shape of one example.
    #[wasm_bindgen(constructor)]
    pub fn new(input: &[usize]) -> NetworkBuilder {
        let description = Description {
            name: String::new(),
            input: input.to_vec(),
            layers: vec![],
            heads: vec![],
        };
        Self {
            description,
            sums: vec![],
        }
    }

    /// A convolution.
    pub fn conv2d(
        &mut self,
        outputs: usize,
        kernel: usize,
        stride: usize,
        padding: usize,
        groups: usize,
        bias: bool,
    ) {
        self.push(Layer::Conv2d {
            outputs,
            kernel,
            stride,
            padding,
            groups,
            bias,
            tie: None,
        });
    }

    /// A fully connected layer.
    pub fn linear(&mut self, outputs: usize, bias: bool) {
        self.push(Layer::Linear {
            outputs,
            bias,
            tie: None,
        });
    }

    /// The largest or the mean entry of each window.
    pub fn pool2d(&mut self, mean: bool, kernel: usize, stride: usize) {
        let stride = Some(stride);
        let layer = if mean {
            Layer::AveragePool2d { kernel, stride }
        } else {
            Layer::MaxPool2d { kernel, stride }
        };
        self.push(layer);
    }

    /// Group normalisation.
    #[wasm_bindgen(js_name = groupNorm)]
    pub fn group_norm(&mut self, groups: usize, epsilon: f64) {
        self.push(Layer::GroupNorm {
            groups,
            epsilon,
            tie: None,
        });
    }

    /// Layer normalisation.
    #[wasm_bindgen(js_name = layerNorm)]
    pub fn layer_norm(&mut self, epsilon: f64) {
        self.push(Layer::LayerNorm { epsilon, tie: None });
    }

    /// Dropout.
    pub fn dropout(&mut self, probability: f64) {
        self.push(Layer::Dropout { probability });
    }

    /// A layer without options: `elu`, `relu`, `tanh`, `sigmoid`, `gelu`, `flatten` or `last-step`.
    ///
    /// # Errors
    /// Refuses other kinds.
    pub fn simple(&mut self, kind: &str) -> Result<(), JsError> {
        let layer = match kind {
            "elu" => Layer::Elu {},
            "relu" => Layer::Relu {},
            "tanh" => Layer::Tanh {},
            "sigmoid" => Layer::Sigmoid {},
            "gelu" => Layer::Gelu {},
            "flatten" => Layer::Flatten {},
            "last-step" => Layer::LastStep {},
            other => {
                let rule = "it must be elu, relu, tanh, sigmoid, gelu, flatten or last-step";
                return Err(refuse_network(NetworkError::new(
                    "the kind of layer",
                    other,
                    rule,
                )));
            }
        };
        self.push(layer);
        Ok(())
    }

    /// A row of a table for each token.
    pub fn embedding(&mut self, entries: usize, width: usize) {
        self.push(Layer::Embedding {
            entries,
            width,
            tie: None,
        });
    }

    /// An Elman layer.
    pub fn recurrent(&mut self, hidden: usize, bias: bool) {
        self.push(Layer::Recurrent {
            hidden,
            bias,
            tie: None,
        });
    }

    /// Ties the last layer to the one at `path`.
    ///
    /// # Errors
    /// Refuses a layer without parameters.
    pub fn tie(&mut self, path: &str) -> Result<(), JsError> {
        if self.list().last_mut().is_some_and(|l| l.tie_to(path)) {
            return Ok(());
        }
        let rule = "only layers with parameters can be tied";
        Err(refuse_network(NetworkError::new("tie", path, rule)))
    }

    /// Begins a sum and its first branch: the layers that follow.
    #[wasm_bindgen(js_name = beginSum)]
    pub fn begin_sum(&mut self) {
        self.sums.push(vec![vec![]]);
    }

    /// Ends a branch and begins the next one.
    #[wasm_bindgen(js_name = nextBranch)]
    pub fn next_branch(&mut self) {
        if let Some(branches) = self.sums.last_mut() {
            branches.push(vec![]);
        }
    }

    /// Ends a sum.
    #[wasm_bindgen(js_name = endSum)]
    pub fn end_sum(&mut self) {
        if let Some(branches) = self.sums.pop() {
            self.push(Layer::Sum { branches });
        }
    }

    /// Begins a head: the layers that follow.
    pub fn head(&mut self, name: &str) {
        self.description.heads.push(Head {
            name: name.into(),
            layers: vec![],
        });
    }

    /// Compiles the network, a chain, for batches of up to `batch_size` examples. `objective` is `cross-entropy` or
    /// `squared-error`; up to `threads` threads share a step.
    ///
    /// # Errors
    /// Refuses a network, a batch size or an objective that breaks a rule.
    pub fn compile(
        &self,
        batch_size: usize,
        objective: &str,
        threads: usize,
    ) -> Result<CpuNetwork, JsError> {
        let objective = objective_named(objective)?;
        let threads = crate::threads::threads(threads);
        let engine = Engine::on_threads(&self.description, batch_size, objective, true, threads)
            .map_err(refuse_network)?;
        Ok(CpuNetwork::new(engine))
    }

    /// Compiles any network. `objectives`: one a head, with commas between them. `rows`: `examples`, `losses` or
    /// `examples-losses`. `jacobian_of`: paths of the columns that count, a line each; empty for all.
    /// `plain_outside`: the other parameters get their plain gradient. Up to `threads` threads share a step.
    ///
    /// # Errors
    /// Refuses a network or an option that breaks a rule.
    #[wasm_bindgen(js_name = compileGraph)]
    pub fn compile_graph(
        &self,
        batch_size: usize,
        objectives: &str,
        rows: &str,
        jacobian_of: &str,
        plain_outside: bool,
        threads: usize,
    ) -> Result<GraphNetwork, JsError> {
        let options = GraphOptions {
            objectives: objectives
                .split(',')
                .map(objective_named)
                .collect::<Result<_, _>>()?,
            rows: match rows {
                "examples" => JacobianRows::Examples,
                "losses" => JacobianRows::Losses,
                "examples-losses" => JacobianRows::ExamplesLosses,
                other => {
                    let rule = "it must be examples, losses or examples-losses";
                    return Err(refuse_network(NetworkError::new("rows", other, rule)));
                }
            },
            jacobian_of: jacobian_of.lines().map(String::from).collect(),
            plain_outside,
        };
        let threads = crate::threads::threads(threads);
        let engine = GraphEngine::on_threads(&self.description, batch_size, &options, threads)
            .map_err(refuse_network)?;
        Ok(GraphNetwork::new(engine))
    }
}

impl NetworkBuilder {
    /// The list that the next layer joins.
    fn list(&mut self) -> &mut Vec<Layer> {
        if let Some(branch) = self.sums.last_mut().and_then(|sum| sum.last_mut()) {
            return branch;
        }
        let Description { layers, heads, .. } = &mut self.description;
        heads.last_mut().map_or(layers, |head| &mut head.layers)
    }

    fn push(&mut self, layer: Layer) {
        self.list().push(layer);
    }
}

fn objective_named(name: &str) -> Result<Objective, JsError> {
    match name {
        "cross-entropy" => Ok(Objective::CrossEntropy),
        "squared-error" => Ok(Objective::SquaredError),
        other => {
            let rule = "it must be cross-entropy or squared-error";
            Err(refuse_network(NetworkError::new(
                "the objective",
                other,
                rule,
            )))
        }
    }
}
