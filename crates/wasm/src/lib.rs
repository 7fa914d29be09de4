//! The WebAssembly surface of Dualcone: thin classes over `dualcone-cone` and `dualcone-network`.
//!
//! Every class plans its buffers once and hands out their byte offsets in `memory`, so that
//! JavaScript reads and writes them through typed-array views: a call passes no array. Bad input is
//! thrown as an `Error` whose message is the JSON object `{ rule, place, value }`.

pub mod builder;
pub mod cone;
pub mod functions;
pub mod graph;
mod memory;
pub mod network;
pub mod refusal;
pub mod threads;
pub mod weights;
