//! A reader of the safetensors format: eight bytes with the header's length, the header as JSON, the data.

use serde_json::Value;
use std::path::Path;

/// The tensors of one file.
pub struct Tensors {
    header: Value,
    data: Vec<u8>,
}

impl Tensors {
    /// Reads a file of the repository's folder `golden`.
    pub fn golden(name: &str) -> Self {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("golden"))
            .find(|folder| folder.is_dir())
            .expect("the repository has a folder golden");
        let path = golden.join(format!("{name}.safetensors"));
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let header = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
        Self {
            header,
            data: bytes[8 + length..].to_vec(),
        }
    }

    /// The entries of one tensor; every type it may have is exact in f64.
    pub fn get(&self, name: &str) -> Vec<f64> {
        let entry = &self.header[name];
        let offset = |k: usize| {
            entry["data_offsets"][k]
                .as_u64()
                .unwrap_or_else(|| panic!("no tensor {name}")) as usize
        };
        let bytes = &self.data[offset(0)..offset(1)];
        match entry["dtype"].as_str() {
            Some("F64") => bytes
                .chunks_exact(8)
                .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
                .collect(),
            Some("F32") => bytes
                .chunks_exact(4)
                .map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap())))
                .collect(),
            Some("I32") => bytes
                .chunks_exact(4)
                .map(|b| f64::from(i32::from_le_bytes(b.try_into().unwrap())))
                .collect(),
            other => panic!("{name} has the type {other:?}"),
        }
    }
}
