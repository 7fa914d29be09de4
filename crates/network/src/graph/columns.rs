//! The order of the parameters: first the tensors that count in the Gramian, then the others, each in the plan's order.

use crate::error::NetworkError;
use crate::plan::{ColumnGroup, Plan};

/// Where the tensors lie in a vector of parameters.
pub struct Columns {
    /// Place of the first entry of each tensor of the plan.
    pub offsets: Vec<usize>,
    /// Columns that count in the Gramian, padding included: the first ones.
    pub counted: usize,
    /// Entries in all, padding included.
    pub length: usize,
    /// The entries that belong to one layer.
    pub groups: Vec<ColumnGroup>,
}

/// Whether `path` names the tensor, or a layer or part of the network that holds it.
fn covers(path: &str, tensor: &str) -> bool {
    let rest = tensor.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Both parts are padded to a multiple of 4 with zeros, whose gradient is zero. No paths: all tensors count.
///
/// # Errors
/// A path that covers no tensor.
pub fn arrange(plan: &Plan, counted: &[String]) -> Result<Columns, NetworkError> {
    for path in counted {
        if !plan.parameters.iter().any(|p| covers(path, &p.name)) {
            let names: Vec<&str> = plan.parameters.iter().map(|p| &p.name[..]).collect();
            return Err(NetworkError::new(
                "a path of jacobianOf",
                path,
                format!(
                    "it must begin the name of a parameter; these are {}",
                    names.join(", ")
                ),
            ));
        }
    }
    let counts = |name: &str| counted.is_empty() || counted.iter().any(|path| covers(path, name));
    let mut columns = Columns {
        offsets: vec![0; plan.parameters.len()],
        counted: 0,
        length: 0,
        groups: vec![],
    };
    for inside in [true, false] {
        for (offset, tensor) in columns.offsets.iter_mut().zip(&plan.parameters) {
            if counts(&tensor.name) != inside {
                continue;
            }
            *offset = columns.length;
            columns.length += tensor.size;
            match columns.groups.last_mut() {
                Some(group) if group.layer == tensor.layer && group.end == *offset => {
                    group.end = columns.length;
                }
                _ => columns.groups.push(ColumnGroup {
                    layer: tensor.layer,
                    start: *offset,
                    end: columns.length,
                }),
            }
        }
        columns.length = columns.length.next_multiple_of(4);
        if inside {
            columns.counted = columns.length;
        }
    }
    Ok(columns)
}
