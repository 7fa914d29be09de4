//! The number of threads changes no bit of weights and certificates.

mod common;
#[path = "../../threads/tests/common/mod.rs"]
mod workers;

use common::{KINDS, Random, gramian, sample};
use dualcone_cone::{DualConeSolver, Options, Ridge};
use dualcone_threads::{Team, Threads};
use std::sync::Arc;
use workers::{end, team};

#[test]
fn weights_and_certificates_of_every_kind_of_gramian() {
    for count in [2, 3] {
        let (team, handles) = team(count - 1);
        for m in [64, 97, 130] {
            let mut alone = DualConeSolver::new(m);
            let mut several = DualConeSolver::on_threads(m, Threads::of(&team, count));
            assert_eq!((alone.threads(), several.threads()), (1, count));
            for kind in KINDS {
                let matrix = gramian(&sample(kind, m, &mut Random(m as u64)));
                for ridge in [Ridge::Trace(1e-4), Ridge::Diagonal(1e-8), Ridge::None] {
                    let options = Options {
                        ridge,
                        ..Options::default()
                    };
                    let [mut one, mut other] = [vec![0.0; m], vec![0.0; m]];
                    let first = alone.upgrad(&matrix, None, &options, &mut one);
                    let second = several.upgrad(&matrix, None, &options, &mut other);
                    assert_eq!(first, second, "{kind:?}, {m} rows, {ridge:?}");
                    let bits = |w: &[f64]| w.iter().map(|w| w.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(&one), bits(&other), "{kind:?}, {m} rows, {ridge:?}");
                }
            }
        }
        end(&team, handles);
    }
}

#[test]
fn few_objectives_are_not_worth_sharing() {
    let threads = Threads::of(&Arc::new(Team::new()), 4);
    assert_eq!(DualConeSolver::on_threads(63, threads.clone()).threads(), 1);
    assert_eq!(DualConeSolver::on_threads(64, threads).threads(), 4);
}
