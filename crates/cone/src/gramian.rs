//! Checks of what callers pass: Gramian and preference.

use crate::error::ConeError;

/// Largest |G_ij - G_ji| / sqrt(G_ii G_jj) that counts as rounding, enough for Gramians summed in
/// float32.
const ASYMMETRY: f64 = 1e-5;

/// How far |G_ij| / sqrt(G_ii G_jj) may exceed 1 by rounding, for Gramians of long rows summed in
/// float32.
const BEYOND_THE_LENGTHS: f64 = 1e-3;

/// A squared norm below this rounds to zero in float32 hardware, while its inner products with
/// longer rows need not.
const SQUARED_NORM_LOST_IN_FLOAT32: f64 = f32::MIN_POSITIVE as f64;

fn place(row: usize, column: usize) -> String {
    format!("row {row}, column {column} of the Gramian")
}

/// Accepts an m x m row-major matrix that can be a Gramian: finite, diagonal not negative,
/// symmetric up to rounding, nothing beside a zero diagonal entry, and no inner product beyond the
/// lengths of its rows.
pub(crate) fn validate_gramian(gramian: &[f64], m: usize) -> Result<(), ConeError> {
    if m == 0 {
        return Err(ConeError::new(
            "the number of objectives",
            0.0,
            "it must be at least 1",
        ));
    }
    if gramian.len() != m * m {
        return Err(ConeError::new(
            "the number of entries of the Gramian",
            gramian.len() as f64,
            format!("it must be {} for {m} objectives", m * m),
        ));
    }
    if let Some(index) = gramian.iter().position(|entry| !entry.is_finite()) {
        let rule = "every entry must be finite";
        return Err(ConeError::new(
            place(index / m, index % m),
            gramian[index],
            rule,
        ));
    }
    for i in 0..m {
        let diagonal = gramian[i * m + i];
        if diagonal < 0.0 {
            let rule = "a squared norm must not be negative";
            return Err(ConeError::new(place(i, i), diagonal, rule));
        }
    }
    for i in 0..m {
        for j in 0..i {
            let (below, above) = (gramian[i * m + j], gramian[j * m + i]);
            if below != above {
                let bound = ASYMMETRY * gramian[i * m + i].sqrt() * gramian[j * m + j].sqrt();
                if (below - above).abs() > bound {
                    let rule =
                        format!("it must equal row {j}, column {i} ({above}) up to rounding");
                    return Err(ConeError::new(place(i, j), below, rule));
                }
            }
        }
    }
    for i in (0..m).filter(|&i| gramian[i * m + i] == 0.0) {
        for j in 0..m {
            let entry = gramian[i * m + j];
            let length = gramian[j * m + j].sqrt();
            if entry.abs() > SQUARED_NORM_LOST_IN_FLOAT32.sqrt() * length {
                let rule = format!("it must be zero because row {i} has squared norm zero");
                return Err(ConeError::new(place(i, j), entry, rule));
            }
        }
    }
    let length = |i: usize| gramian[i * m + i].max(SQUARED_NORM_LOST_IN_FLOAT32).sqrt();
    for i in 0..m {
        for j in 0..i {
            let (entry, largest) = (gramian[i * m + j], length(i) * length(j));
            if entry.abs() > (1.0 + BEYOND_THE_LENGTHS) * largest {
                let rule =
                    format!("rows {i} and {j} have lengths whose product, {largest}, it exceeds");
                return Err(ConeError::new(place(i, j), entry, rule));
            }
        }
    }
    Ok(())
}

/// Accepts m finite preferences, none negative and not all zero.
pub(crate) fn validate_preference(preference: &[f64], m: usize) -> Result<(), ConeError> {
    if preference.len() != m {
        return Err(ConeError::new(
            "the number of preferences",
            preference.len() as f64,
            format!("it must be {m}, one for each objective"),
        ));
    }
    for (i, &value) in preference.iter().enumerate() {
        if !value.is_finite() || value < 0.0 {
            let rule = "every preference must be finite and not negative";
            return Err(ConeError::new(
                format!("entry {i} of the preference"),
                value,
                rule,
            ));
        }
    }
    if preference.iter().all(|&value| value == 0.0) {
        let rule = "at least one preference must be positive";
        return Err(ConeError::new("the largest preference", 0.0, rule));
    }
    Ok(())
}
