//! Workers that wait for the tasks of a caller.
//!
//! A job is a function and a number of tasks. One word holds the number of the job, how many threads may take part, and
//! how many tasks nobody has taken yet: taking a ticket is one compare-and-swap on it, so that no worker can take a task
//! of a job that is over. Workers come and go as they like: a caller whose workers are not up yet does the work alone.
//!
//! Whoever waits spins first, since the next job of a training step follows within microseconds, and sleeps then.

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Most threads of a team, the caller among them.
pub const MOST_THREADS: usize = 64;

/// Most tasks of one job.
const MOST_TASKS: usize = (1 << THREADS_AT) - 1;
/// Where the number of threads lies in a [`Team`]'s state, and that of the job.
const THREADS_AT: u32 = 24;
const JOB_AT: u32 = 32;

/// Looks at the state before a worker goes to sleep: more than a fifth of a millisecond, since a step's weights may take one
/// thread that long. Engines differ: V8 compiles a look to one nanosecond, and to be woken takes 50,000 of those.
const WORKER_SPINS: u32 = 200_000;
/// Looks before a caller does, some 50 microseconds or more. A worker that takes longer may be waiting for the caller's core.
const CALLER_SPINS: u32 = 50_000;

/// A task's number and the thread that computes it.
type Task = dyn Fn(usize, usize) + Sync;

/// What a job's tasks are. The function lives until all of them are finished.
#[derive(Clone, Copy)]
struct Job {
    task: Option<*const Task>,
    tasks: u32,
}

/// Words that one side writes while the other looks at its own, on a cache line each.
#[repr(align(64))]
struct Line<T>(T);

/// Workers and what they wait for. [`Threads`](crate::Threads) is how work gets here.
pub struct Team {
    state: Line<AtomicU64>,
    finished: Line<AtomicU32>,
    job: UnsafeCell<Job>,
    /// A caller is at work, or was when a task of its own stopped it for good.
    busy: AtomicBool,
    /// A worker stopped inside a task: the team is not used any more.
    failed: AtomicBool,
    /// Workers inside [`Team::serve`].
    workers: AtomicU32,
    /// Workers of other generations end.
    generation: AtomicU32,
    sleepers: AtomicU32,
    caller_sleeps: AtomicBool,
    sleep: Mutex<()>,
    work: Condvar,
    done: Condvar,
}

// SAFETY: `job` is written by the one caller (`busy`) while no task is left to take, and read by threads that hold a
// task, before they count it as finished; tasks are `Sync`, and outlive their job.
unsafe impl Sync for Team {}
// SAFETY: likewise.
unsafe impl Send for Team {}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Team")
            .field("workers", &self.workers())
            .field("failed", &self.failed())
            .finish_non_exhaustive()
    }
}

impl Default for Team {
    fn default() -> Self {
        Self::new()
    }
}

impl Team {
    /// A team without workers.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: Line(AtomicU64::new(0)),
            finished: Line(AtomicU32::new(0)),
            job: UnsafeCell::new(Job {
                task: None,
                tasks: 0,
            }),
            busy: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            workers: AtomicU32::new(0),
            generation: AtomicU32::new(0),
            sleepers: AtomicU32::new(0),
            caller_sleeps: AtomicBool::new(false),
            sleep: Mutex::new(()),
            work: Condvar::new(),
            done: Condvar::new(),
        }
    }

    /// Workers that are up.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers.load(SeqCst) as usize
    }

    /// Whether a worker stopped inside a task. Callers of such a team work alone.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.failed.load(SeqCst)
    }

    /// What workers must be given to be of use until the next [`Team::close`].
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation.load(SeqCst)
    }

    /// Ends all workers, as soon as they have finished what they are at.
    pub fn close(&self) {
        self.generation.fetch_add(1, SeqCst);
        drop(self.lock());
        self.work.notify_all();
    }

    /// A worker's life: takes tasks as thread number `thread` (from 1) until the team is closed. Returns at once when
    /// that has happened since `generation` was read.
    pub fn serve(&self, thread: usize, generation: u32) {
        self.workers.fetch_add(1, SeqCst);
        while self.open(generation) {
            match self.take(thread) {
                Some(left) => self.work_on(left, thread),
                None => self.wait_for_work(thread, generation),
            }
        }
        self.workers.fetch_sub(1, SeqCst);
    }

    /// Says that a worker stopped inside a task without unwinding, as WebAssembly does. Its caller panics.
    pub fn fail(&self) {
        self.failed.store(true, SeqCst);
        self.finish();
    }

    /// See [`Threads::run`](crate::Threads::run).
    pub(crate) fn run(&self, threads: usize, tasks: usize, task: &(dyn Fn(usize, usize) + Sync)) {
        assert!(threads <= MOST_THREADS && tasks <= MOST_TASKS);
        let alone = threads < 2 || tasks < 2 || self.workers() == 0 || self.failed();
        if alone || self.busy.swap(true, SeqCst) {
            (0..tasks).for_each(|index| task(index, 0));
            return;
        }
        let task: *const (dyn Fn(usize, usize) + Sync + '_) = task;
        // SAFETY: only the lifetime changes; `Finishing` waits for all tasks before the function can go.
        let task = unsafe {
            std::mem::transmute::<*const (dyn Fn(usize, usize) + Sync + '_), *const Task>(task)
        };
        // SAFETY: `busy` is ours, and no task of the last job is left to take.
        unsafe {
            *self.job.get() = Job {
                task: Some(task),
                tasks: tasks as u32,
            };
        }
        self.finished.0.store(0, SeqCst);
        let number = (self.state.0.load(SeqCst) >> JOB_AT).wrapping_add(1);
        let state = (number << JOB_AT) | ((threads as u64) << THREADS_AT) | tasks as u64;
        self.state.0.store(state, SeqCst);
        if self.sleepers.load(SeqCst) > 0 {
            drop(self.lock());
            self.work.notify_all();
        }
        {
            let _finishing = Finishing { team: self, tasks };
            while let Some(left) = self.take(0) {
                self.work_on(left, 0);
            }
        }
        self.busy.store(false, SeqCst);
        assert!(!self.failed(), "a thread stopped inside its task");
    }

    /// Takes a ticket: how many tasks there were left with it.
    fn take(&self, thread: usize) -> Option<usize> {
        let mut state = self.state.0.load(SeqCst);
        loop {
            let left = tasks_left(state, thread)?;
            match self
                .state
                .0
                .compare_exchange_weak(state, state - 1, SeqCst, SeqCst)
            {
                Ok(_) => return Some(left),
                Err(now) => state = now,
            }
        }
    }

    fn work_on(&self, left: usize, thread: usize) {
        // SAFETY: the ticket is of the present job, which cannot end before `finish`.
        let Job { task, tasks } = unsafe { *self.job.get() };
        let unwinding = Unwinding(self);
        if let Some(task) = task {
            // SAFETY: likewise.
            unsafe { (*task)(tasks as usize - left, thread) };
        }
        std::mem::forget(unwinding);
        self.finish();
    }

    /// Counts a task, and wakes the caller: it may be the last one.
    fn finish(&self) {
        self.finished.0.fetch_add(1, SeqCst);
        if self.caller_sleeps.load(SeqCst) {
            drop(self.lock());
            self.done.notify_one();
        }
    }

    fn wait_for_work(&self, thread: usize, generation: u32) {
        let idle =
            || self.open(generation) && tasks_left(self.state.0.load(SeqCst), thread).is_none();
        for _ in 0..WORKER_SPINS {
            if !idle() {
                return;
            }
            spin_loop();
        }
        // Counted before the last look at the state, which a caller changes before it looks for sleepers.
        self.sleepers.fetch_add(1, SeqCst);
        let mut guard = self.lock();
        while idle() {
            guard = self
                .work
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(guard);
        self.sleepers.fetch_sub(1, SeqCst);
    }

    fn wait_for_tasks(&self, tasks: usize) {
        let open = || self.finished.0.load(SeqCst) as usize != tasks;
        for _ in 0..CALLER_SPINS {
            if !open() {
                return;
            }
            spin_loop();
        }
        self.caller_sleeps.store(true, SeqCst);
        let mut guard = self.lock();
        while open() {
            guard = self
                .done
                .wait(guard)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(guard);
        self.caller_sleeps.store(false, SeqCst);
    }

    fn open(&self, generation: u32) -> bool {
        self.generation.load(SeqCst) == generation
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.sleep.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tasks that this thread may take.
const fn tasks_left(state: u64, thread: usize) -> Option<usize> {
    let left = state as usize & MOST_TASKS;
    let threads = (state >> THREADS_AT) as usize & 0xff;
    if left > 0 && thread < threads {
        Some(left)
    } else {
        None
    }
}

/// Waits for the tasks that others are at, also when one of the caller's own panics: they use what it has borrowed.
struct Finishing<'a> {
    team: &'a Team,
    tasks: usize,
}

impl Drop for Finishing<'_> {
    fn drop(&mut self) {
        while self.team.take(0).is_some() {
            self.team.finish();
        }
        self.team.wait_for_tasks(self.tasks);
    }
}

/// A task that panics counts as finished, so that nobody waits for it.
struct Unwinding<'a>(&'a Team);

impl Drop for Unwinding<'_> {
    fn drop(&mut self) {
        self.0.fail();
    }
}
