//! The plan as JSON, for the other side of the WASM boundary.

use super::{ColumnGroup, HeadPlan, LayerPlan, Parameter, Plan};
use std::fmt::Write;

/// Writes the items between brackets, commas between them.
fn list<A>(json: &mut String, items: &[A], mut write: impl FnMut(&mut String, &A)) {
    json.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            json.push(',');
        }
        write(json, item);
    }
    json.push(']');
}

impl Plan {
    /// What was inferred, as JSON: `layers`, `heads`, `parameters`, `columnGroups`, `parameterCount`, `inputSize`,
    /// `outputSize`, `bytes`. Names and kernels are plain ASCII without quotes.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing to a String cannot fail.
        let mut json = String::from("{\"layers\":");
        list(&mut json, &self.layers, |json, layer| {
            let LayerPlan {
                name,
                kind,
                input,
                output,
                gramian,
                kernel,
                ..
            } = layer;
            let _ = write!(
                json,
                "{{\"name\":\"{name}\",\"kind\":\"{kind}\",\"input\":{input:?},\"output\":{output:?},\"gramian\":\"{gramian}\",\"kernel\":\"{kernel}\"}}"
            );
        });
        json.push_str(",\"heads\":");
        list(&mut json, &self.heads, |json, head| {
            let HeadPlan {
                name,
                output,
                losses,
                ..
            } = head;
            let objective = head.objective.name();
            let _ = write!(
                json,
                "{{\"name\":\"{name}\",\"output\":{output:?},\"objective\":\"{objective}\",\"losses\":{losses}}}"
            );
        });
        json.push_str(",\"parameters\":");
        list(&mut json, &self.parameters, |json, parameter| {
            let Parameter {
                name, shape, size, ..
            } = parameter;
            let _ = write!(
                json,
                "{{\"name\":\"{name}\",\"shape\":{shape:?},\"size\":{size}}}"
            );
        });
        json.push_str(",\"columnGroups\":");
        list(&mut json, &self.columns, |json, group| {
            let &ColumnGroup { layer, start, end } = group;
            let name = &self.layers[layer].name;
            let _ = write!(
                json,
                "{{\"layer\":\"{name}\",\"start\":{start},\"end\":{end}}}"
            );
        });
        let Self {
            parameter_count,
            input_size,
            output_size,
            bytes,
            ..
        } = self;
        let _ = write!(
            json,
            ",\"parameterCount\":{parameter_count},\"inputSize\":{input_size},\"outputSize\":{output_size},\"bytes\":{bytes}}}"
        );
        json
    }
}
