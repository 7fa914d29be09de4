//! Every task runs once, whoever runs it, and workers end when they are told to.

mod common;

use common::{end, team};
use dualcone_threads::{Parts, Team, Threads};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

#[test]
fn every_task_of_many_jobs_runs_once() {
    for workers in 0..4 {
        let (team, handles) = team(workers);
        let threads = Threads::of(&team, workers + 1);
        let mut counts = [0u32; 37];
        for job in 1..=2000u32 {
            let tasks = 1 + job as usize % counts.len();
            let parts = Parts::new(&mut counts);
            threads.run(tasks, &|index, thread| {
                assert!(thread <= workers);
                // SAFETY: every task has an entry of its own.
                unsafe { *parts.entry(index) += 1 };
            });
        }
        let expected: Vec<u32> = (0..counts.len() as u32)
            .map(|index| (1..=2000).filter(|job| job % 37 >= index).count() as u32)
            .collect();
        assert_eq!(counts.to_vec(), expected);
        end(&team, handles);
    }
}

#[test]
fn sleeping_workers_wake() {
    let (team, handles) = team(2);
    let threads = Threads::of(&team, 3);
    for _ in 0..5 {
        thread::sleep(Duration::from_millis(5));
        let done = AtomicUsize::new(0);
        threads.run(8, &|_, _| {
            thread::sleep(Duration::from_millis(1));
            done.fetch_add(1, SeqCst);
        });
        assert_eq!(done.load(SeqCst), 8);
    }
    end(&team, handles);
}

#[test]
fn no_two_tasks_at_a_time_share_a_thread_number() {
    let (team, handles) = team(3);
    let threads = Threads::of(&team, 3); // one worker too many for it
    let mut inside = [const { AtomicUsize::new(0) }; 3];
    for _ in 0..200 {
        threads.run(24, &|_, thread| {
            assert_eq!(inside[thread].fetch_add(1, SeqCst), 0);
            thread::yield_now();
            inside[thread].fetch_sub(1, SeqCst);
        });
    }
    assert!(inside.iter_mut().all(|count| *count.get_mut() == 0));
    end(&team, handles);
}

#[test]
fn a_worker_of_a_closed_generation_returns_at_once() {
    let team = Team::new();
    let generation = team.generation();
    team.close();
    team.serve(1, generation);
    assert_eq!(team.workers(), 0);
}

#[test]
fn a_second_caller_works_alone() {
    let (team, handles) = team(1);
    let threads = Threads::of(&team, 2);
    let inner = AtomicUsize::new(0);
    threads.run(4, &|_, _| {
        threads.run(3, &|_, thread| {
            assert_eq!(thread, 0);
            inner.fetch_add(1, SeqCst);
        });
    });
    assert_eq!(inner.load(SeqCst), 12);
    end(&team, handles);
}

#[test]
fn a_task_that_stops_its_worker_stops_the_caller_and_no_later_one() {
    let (team, handles) = team(1);
    let threads = Threads::of(&team, 2);
    let caller = thread::current().id();
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        threads.run(64, &|_, _| {
            assert!(thread::current().id() == caller, "stopped on purpose");
            thread::sleep(Duration::from_micros(200));
        });
    }));
    assert!(result.is_err() && team.failed());
    let done = AtomicUsize::new(0);
    threads.run(5, &|_, thread| {
        assert_eq!(thread, 0);
        done.fetch_add(1, SeqCst);
    });
    assert_eq!(done.load(SeqCst), 5);
    team.close();
    assert!(handles.into_iter().all(|handle| handle.join().is_err()));
}
