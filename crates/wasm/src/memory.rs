//! Numbers that JavaScript names by their place in memory.

use crate::refusal::{Seen, refuse};
use wasm_bindgen::JsError;

/// A type whose every bit pattern is a number.
pub trait Number {}
impl Number for f32 {}
impl Number for f64 {}

/// The `length` numbers at byte `pointer` of this module's memory.
///
/// # Errors
/// Refuses a pointer that is not aligned or whose numbers do not all lie inside.
///
/// # Safety
/// Nothing may write to these numbers while the slice lives.
pub unsafe fn numbers_at<'a, T: Number>(
    pointer: usize,
    length: usize,
    place: &str,
) -> Result<&'a [T], JsError> {
    let seen = || Seen::Number(pointer as f64);
    if pointer == 0 || !pointer.is_multiple_of(align_of::<T>()) {
        return Err(refuse("it must be positive and aligned", place, seen()));
    }
    let end = length
        .checked_mul(size_of::<T>())
        .and_then(|size| size.checked_add(pointer));
    if end.is_none_or(|end| end > memory_end()) {
        return Err(refuse(
            "its numbers must lie inside the memory",
            place,
            seen(),
        ));
    }
    // SAFETY: aligned, not null and inside the memory, as just checked, where every bit pattern is
    // a number; that nobody writes is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(pointer as *const T, length) })
}

/// The first address that is not memory.
fn memory_end() -> usize {
    #[cfg(target_arch = "wasm32")]
    return core::arch::wasm32::memory_size(0) << 16;
    #[cfg(not(target_arch = "wasm32"))]
    return usize::MAX;
}
