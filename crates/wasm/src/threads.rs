//! The workers of this module's memory, where it is shared with any.

use dualcone_threads::{Team, Threads};
use std::sync::{Arc, LazyLock};
use wasm_bindgen::prelude::*;

/// All engines share one team: calls into the module come from one thread, one after the other.
static TEAM: LazyLock<Arc<Team>> = LazyLock::new(|| Arc::new(Team::new()));

/// `count` threads of the team.
pub(crate) fn threads(count: usize) -> Threads {
    Threads::of(&TEAM, count)
}

/// What workers are started with: they serve until the next `endWorkers`.
#[wasm_bindgen(js_name = workerGeneration)]
pub fn generation() -> u32 {
    TEAM.generation()
}

/// A worker's life, as thread number `thread` from 1 on; blocks it until the workers of `generation` are to end.
#[wasm_bindgen(js_name = serveAsWorker)]
pub fn serve(thread: usize, generation: u32) {
    TEAM.serve(thread, generation);
}

/// Workers that serve now.
#[wasm_bindgen(js_name = workersServing)]
pub fn serving() -> usize {
    TEAM.workers()
}

/// Ends all workers, as soon as they have finished what they are at.
#[wasm_bindgen(js_name = endWorkers)]
pub fn end() {
    TEAM.close();
}

/// Says that this worker trapped inside `serveAsWorker`: the call that waits for it fails, and later ones do without
/// workers.
#[wasm_bindgen(js_name = failAsWorker)]
pub fn fail() {
    TEAM.fail();
}
