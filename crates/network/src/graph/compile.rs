//! From the plan's tree of layers to nodes.

use super::node::{Activation, Node, Operation};
use crate::description::{Description, Layer};
use crate::layout::Boundary;
use crate::plan::Plan;
use crate::real::Real;

/// A network as activations and the nodes between them, in forward order.
pub struct Graph<T> {
    /// The first one is the input.
    pub activations: Vec<Activation>,
    /// In forward order.
    pub nodes: Vec<Node<T>>,
    /// The activation that each head ends in.
    pub outputs: Vec<usize>,
}

/// Chooses a node for every layer of `description`, planned as `plan`, and notes its kernel there.
pub fn compile<T: Real>(description: &Description, plan: &mut Plan) -> Graph<T> {
    let mut builder = Builder {
        plan,
        next: 0,
        activations: vec![Activation {
            boundary: Boundary::plain(description.input.clone()),
            trained: false,
            head: None,
            mapped: false,
        }],
        nodes: vec![],
    };
    let trunk = builder.list(&description.layers, 0);
    let outputs = if description.heads.is_empty() {
        vec![trunk]
    } else {
        let starts = builder.fork(trunk, description.heads.len());
        let heads = description.heads.iter().zip(starts).enumerate();
        heads
            .map(|(number, (head, start))| {
                builder.activations[start].head = Some(number);
                builder.list(&head.layers, start)
            })
            .collect()
    };
    Graph {
        activations: builder.activations,
        nodes: builder.nodes,
        outputs,
    }
}

struct Builder<'a, T> {
    plan: &'a mut Plan,
    /// Number of the next layer of the plan.
    next: usize,
    activations: Vec<Activation>,
    nodes: Vec<Node<T>>,
}

impl<T: Real> Builder<'_, T> {
    /// Appends `layers` behind activation `at`; returns the activation that they end in.
    fn list(&mut self, layers: &[Layer], at: usize) -> usize {
        layers.iter().fold(at, |at, layer| {
            if let Layer::Sum { branches } = layer {
                let starts = self.fork(at, branches.len());
                let branches = branches.iter().zip(starts);
                let ends: Vec<usize> = branches.map(|(b, start)| self.list(b, start)).collect();
                self.layer(layer, ends)
            } else {
                self.layer(layer, vec![at])
            }
        })
    }

    fn layer(&mut self, layer: &Layer, inputs: Vec<usize>) -> usize {
        let index = self.next;
        self.next += 1;
        let at = inputs[0];
        let boundary = self.activations[at].boundary.clone();
        let plan = &mut self.plan.layers[index];
        if matches!(layer, Layer::Flatten {}) {
            plan.kernel = "view".into();
            self.activations[at].boundary = boundary.flattened();
            return at;
        }
        if let Some(map) = T::plain_map(layer, index, &boundary) {
            plan.kernel = map.kernel();
            let at = if self.activations[at].mapped {
                self.fork(at, 1)[0]
            } else {
                at
            };
            self.activations[at].mapped = true;
            self.nodes.push(Node {
                operation: Operation::Map(map),
                layer: index,
                inputs: vec![at],
                outputs: vec![at],
            });
            return at;
        }
        let mut trained = inputs.iter().any(|&a| self.activations[a].trained);
        let (operation, after) = if matches!(layer, Layer::Sum { .. }) {
            plan.kernel = "sum".into();
            (Operation::Sum, boundary)
        } else {
            let chosen = T::plain_stage(layer, plan, self.plan.batch_size, &boundary);
            plan.kernel = chosen.stage.kernel();
            if !plan.tensors.is_empty() {
                plan.gramian = "jacobian";
                trained = true;
            }
            (Operation::Stage(chosen.stage), chosen.output)
        };
        let output = self.activation(after, trained, self.activations[at].head);
        self.nodes.push(Node {
            operation,
            layer: index,
            inputs,
            outputs: vec![output],
        });
        output
    }

    fn fork(&mut self, at: usize, copies: usize) -> Vec<usize> {
        let Activation {
            ref boundary,
            trained,
            head,
            ..
        } = self.activations[at];
        let boundary = boundary.clone();
        let outputs: Vec<usize> = (0..copies)
            .map(|_| self.activation(boundary.clone(), trained, head))
            .collect();
        self.nodes.push(Node {
            operation: Operation::Fork,
            layer: self.next.min(self.plan.layers.len() - 1),
            inputs: vec![at],
            outputs: outputs.clone(),
        });
        outputs
    }

    fn activation(&mut self, boundary: Boundary, trained: bool, head: Option<usize>) -> usize {
        self.activations.push(Activation {
            boundary,
            trained,
            head,
            mapped: false,
        });
        self.activations.len() - 1
    }
}
