//! Teams whose workers are threads of the test.

use dualcone_threads::Team;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// A team with workers 1 to `workers`, all of them up.
pub fn team(workers: usize) -> (Arc<Team>, Vec<JoinHandle<()>>) {
    let team = Arc::new(Team::new());
    let generation = team.generation();
    let handles = (1..=workers)
        .map(|number| {
            let team = Arc::clone(&team);
            thread::spawn(move || team.serve(number, generation))
        })
        .collect();
    while team.workers() < workers {
        thread::yield_now();
    }
    (team, handles)
}

/// Ends the workers, and waits for them.
pub fn end(team: &Team, handles: Vec<JoinHandle<()>>) {
    team.close();
    for handle in handles {
        handle.join().expect("a worker ends");
    }
    assert_eq!(team.workers(), 0);
}
