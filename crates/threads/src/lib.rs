//! Threads that share the tasks of one caller, the same natively and in WebAssembly with shared memory.
//!
//! A caller splits its work into numbered tasks and hands them to [`Threads::run`]; whoever is free takes the next one.
//! **Which thread computes a task never shows in its result**: tasks write to places of their own ([`Parts`],
//! [`Cells`]) and sums over tasks are taken by the caller, in the order of their numbers.

mod cells;
mod parts;
mod team;
mod threads;

pub use cells::Cells;
pub use parts::Parts;
pub use team::{MOST_THREADS, Team};
pub use threads::Threads;
