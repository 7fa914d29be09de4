//! Bad input is a typed error that names the rule, the place and the value.

mod common;

use dualcone_cone::{ConeError, DualConeSolver, Options, Ridge};

fn rejected(gramian: &[f64], preference: Option<&[f64]>, options: &Options, m: usize) -> ConeError {
    let mut solver = DualConeSolver::new(m);
    let mut weights = vec![7.0; m];
    let error = solver
        .upgrad(gramian, preference, options, &mut weights)
        .expect_err("bad input");
    let same = solver
        .dualproj(gramian, preference, options, &mut weights)
        .expect_err("bad input");
    assert_eq!(error.to_string(), same.to_string());
    assert_eq!(weights, vec![7.0; m], "weights are untouched");
    error
}

fn identity(m: usize) -> Vec<f64> {
    (0..m * m).map(|k| f64::from(k % (m + 1) == 0)).collect()
}

#[test]
fn not_a_number() {
    let mut gramian = identity(9);
    gramian[3 * 9 + 7] = f64::NAN;
    let error = rejected(&gramian, None, &Options::default(), 9);
    assert_eq!(
        error.to_string(),
        "row 3, column 7 of the Gramian is NaN; every entry must be finite"
    );
    assert_eq!(error.place, "row 3, column 7 of the Gramian");
    assert_eq!(error.rule, "every entry must be finite");
    assert!(error.value.is_nan());
}

#[test]
fn infinity() {
    let mut gramian = identity(3);
    gramian[8] = f64::INFINITY;
    let error = rejected(&gramian, None, &Options::default(), 3);
    assert_eq!(
        (error.place.as_str(), error.value),
        ("row 2, column 2 of the Gramian", f64::INFINITY)
    );
}

#[test]
fn negative_squared_norm() {
    let error = rejected(&[1.0, 0.0, 0.0, -2.0], None, &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "row 1, column 1 of the Gramian is -2; a squared norm must not be negative"
    );
}

#[test]
fn asymmetry_beyond_rounding() {
    let error = rejected(&[1.0, 0.5, 0.25, 1.0], None, &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "row 1, column 0 of the Gramian is 0.25; \
         it must equal row 0, column 1 (0.5) up to rounding"
    );
}

#[test]
fn asymmetry_within_rounding_is_averaged() {
    let mut solver = DualConeSolver::new(2);
    let mut weights = [0.0; 2];
    let options = Options {
        ridge: Ridge::None,
        ..Options::default()
    };
    solver
        .upgrad(
            &[1.0, -0.5 - 1e-8, -0.5 + 1e-8, 1.0],
            None,
            &options,
            &mut weights,
        )
        .unwrap();
    assert!((weights[0] - 0.75).abs() < 1e-15 && (weights[1] - 0.75).abs() < 1e-15);
}

#[test]
fn inner_product_with_a_zero_row() {
    let error = rejected(&[0.0, 0.5, 0.5, 1.0], None, &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "row 0, column 1 of the Gramian is 0.5; \
         it must be zero because row 0 has squared norm zero"
    );
}

#[test]
fn far_from_positive_semi_definite() {
    let options = Options {
        ridge: Ridge::None,
        ..Options::default()
    };
    // Eigenvalue 1 - 3 * 0.9.
    let gramian: [f64; 16] = std::array::from_fn(|k| if k % 5 == 0 { 1.0 } else { -0.9 });
    let error = rejected(&gramian, None, &options, 4);
    assert_eq!(error.place, "the ridge that makes the Gramian factorable");
}

#[test]
fn inner_product_beyond_the_lengths() {
    let error = rejected(&[1.0, -5.0, -5.0, 4.0], None, &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "row 1, column 0 of the Gramian is -5; \
         rows 1 and 0 have lengths whose product, 2, it exceeds"
    );
}

#[test]
fn wrong_lengths() {
    let error = rejected(&[1.0, 0.0, 0.0], None, &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "the number of entries of the Gramian is 3; it must be 4 for 2 objectives"
    );
    let error = rejected(&identity(2), Some(&[1.0]), &Options::default(), 2);
    assert_eq!(
        error.to_string(),
        "the number of preferences is 1; it must be 2, one for each objective"
    );
    let mut weights = [0.0; 3];
    let mut solver = DualConeSolver::new(2);
    let error = solver
        .upgrad(&identity(2), None, &Options::default(), &mut weights)
        .unwrap_err();
    assert_eq!(error.place, "the number of weights");
}

#[test]
fn no_objectives() {
    let error = rejected(&[], None, &Options::default(), 0);
    assert_eq!(
        error.to_string(),
        "the number of objectives is 0; it must be at least 1"
    );
}

#[test]
fn bad_preferences() {
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let error = rejected(&identity(2), Some(&[1.0, bad]), &Options::default(), 2);
        assert_eq!(error.place, "entry 1 of the preference");
    }
    let error = rejected(&identity(2), Some(&[0.0, 0.0]), &Options::default(), 2);
    assert_eq!(error.rule, "at least one preference must be positive");
}

#[test]
fn bad_ridges() {
    for epsilon in [-1e-4, f64::NAN, f64::INFINITY] {
        for ridge in [Ridge::Trace(epsilon), Ridge::Diagonal(epsilon)] {
            let options = Options {
                ridge,
                ..Options::default()
            };
            let error = rejected(&identity(2), None, &options, 2);
            assert_eq!(error.rule, "it must be finite and not negative");
        }
    }
}
