//! How many threads of a team one owner of work may use.

use crate::team::{MOST_THREADS, Team};
use std::sync::Arc;

/// The caller alone, or the caller and some threads of a [`Team`].
#[derive(Clone, Debug, Default)]
pub struct Threads {
    team: Option<Arc<Team>>,
    more: usize,
}

impl Threads {
    /// The caller alone.
    #[must_use]
    pub const fn one() -> Self {
        Self {
            team: None,
            more: 0,
        }
    }

    /// `count` threads, the caller among them: at least 1, at most [`MOST_THREADS`].
    #[must_use]
    pub fn of(team: &Arc<Team>, count: usize) -> Self {
        let more = count.clamp(1, MOST_THREADS) - 1;
        Self {
            team: (more > 0).then(|| Arc::clone(team)),
            more,
        }
    }

    /// These, but no more than `most` (at least 1).
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        let more = self.more.min(most.max(1) - 1);
        Self {
            team: self.team.filter(|_| more > 0),
            more,
        }
    }

    /// How many there may be, the caller among them.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.more + 1
    }

    /// Calls `task(index, thread)` for every index below `tasks`, on whichever threads are free; `thread` is below
    /// [`Threads::count`], and no two tasks that run at a time have the same one. Returns when all are done.
    ///
    /// # Panics
    /// When a task does.
    pub fn run(&self, tasks: usize, task: &(dyn Fn(usize, usize) + Sync)) {
        match &self.team {
            Some(team) => team.run(self.count(), tasks, task),
            None => (0..tasks).for_each(|index| task(index, 0)),
        }
    }
}
