//! The generator of initialisation and dropout.

use dualcone_network::random::{Stream, mix};

/// The increment of SplitMix64: 2⁶⁴ divided by the golden ratio.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The outputs of Vigna's splitmix64.c for the seed 1234567.
#[test]
fn mixes_as_the_reference_does() {
    let expected: [u64; 5] = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ];
    let found: Vec<u64> = (1..=5u64)
        .map(|i| mix(1_234_567u64.wrapping_add(i.wrapping_mul(GAMMA))))
        .collect();
    assert_eq!(found, expected);
}

fn draws(seed: u64, path: &[u64], count: u64) -> Vec<f64> {
    let stream = Stream::new(seed, path);
    (0..count).map(|i| stream.uniform(i)).collect()
}

const COUNT: u64 = 100_000;

/// Mean 1/2 with deviation √(1/12/n), second moment 1/3 with √(4/45/n): both within five deviations.
#[test]
fn draws_are_uniform() {
    for seed in [0, 1, u64::MAX] {
        let draws = draws(seed, &[1, 2], COUNT);
        let n = COUNT as f64;
        assert!(draws.iter().all(|&u| (0.0..1.0).contains(&u)));
        let mean = draws.iter().sum::<f64>() / n;
        assert!(
            (mean - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt(),
            "mean {mean}"
        );
        let square = draws.iter().map(|u| u * u).sum::<f64>() / n;
        assert!(
            (square - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / n).sqrt(),
            "second moment {square}"
        );
    }
}

/// 256 bins of 100 000 draws: χ² has mean 255 and deviation √510.
#[test]
fn bins_are_equally_full() {
    let mut bins = [0.0f64; 256];
    for u in draws(7, &[], COUNT) {
        bins[(u * 256.0) as usize] += 1.0;
    }
    let expected = COUNT as f64 / 256.0;
    let chi: f64 = bins
        .iter()
        .map(|b| (b - expected) * (b - expected) / expected)
        .sum();
    assert!((chi - 255.0).abs() < 5.0 * 510f64.sqrt(), "χ² {chi}");
}

/// The correlation of n independent pairs has deviation 1/√n.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(x, y)| 12.0 * (x - 0.5) * (y - 0.5))
        .sum::<f64>()
        / a.len().min(b.len()) as f64
}

#[test]
fn neighbours_are_independent() {
    let draws = draws(3, &[4], COUNT);
    for lag in [1, 2, 3, 64] {
        let c = correlation(&draws, &draws[lag..]);
        assert!(
            c.abs() < 5.0 / (COUNT as f64).sqrt(),
            "correlation {c} at distance {lag}"
        );
    }
}

/// Streams whose seeds or paths differ in one number, by one, or in the order of their numbers.
#[test]
fn streams_are_independent() {
    let streams: [(u64, &[u64]); 9] = [
        (5, &[]),
        (6, &[]),
        (5, &[0]),
        (5, &[0, 0]),
        (5, &[0, 1]),
        (5, &[1, 0]),
        (5, &[1, 0, 0, 0]),
        (5, &[1, 0, 0, 1]),
        (5, &[1, 1, 0, 0]),
    ];
    for (k, &(seed, path)) in streams.iter().enumerate() {
        for &(other, other_path) in &streams[..k] {
            let c = correlation(&draws(seed, path, COUNT), &draws(other, other_path, COUNT));
            assert!(
                c.abs() < 5.0 / (COUNT as f64).sqrt(),
                "correlation {c} of {seed} {path:?} and {other} {other_path:?}"
            );
        }
    }
}

/// Any draw from its number alone.
#[test]
fn draws_need_no_order() {
    let forward = draws(9, &[1], 100);
    let stream = Stream::new(9, &[1]);
    for i in (0..100).rev() {
        assert_eq!(stream.uniform(i as u64).to_bits(), forward[i].to_bits());
    }
}
