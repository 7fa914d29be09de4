//! Four f32 lanes: WASM SIMD, SSE2, or plain arrays. The same bits everywhere: no fused multiply-add.

use std::ops::{Add, AddAssign, Mul, Sub};

#[cfg(target_arch = "wasm32")]
mod lanes {
    use core::arch::wasm32 as arch;
    pub type Raw = arch::v128;
    // SAFETY (all): simd128 is enabled for every build of this crate to wasm32; loads and stores have no alignment rule.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Raw {
        unsafe { arch::v128_load(p.cast()) }
    }
    #[inline(always)]
    pub unsafe fn store(p: *mut f32, v: Raw) {
        unsafe { arch::v128_store(p.cast(), v) }
    }
    #[inline(always)]
    pub unsafe fn load_splat(p: *const f32) -> Raw {
        unsafe { arch::v128_load32_splat(p.cast()) }
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Raw {
        arch::f32x4_splat(x)
    }
    #[inline(always)]
    pub fn add(a: Raw, b: Raw) -> Raw {
        arch::f32x4_add(a, b)
    }
    #[inline(always)]
    pub fn sub(a: Raw, b: Raw) -> Raw {
        arch::f32x4_sub(a, b)
    }
    #[inline(always)]
    pub fn mul(a: Raw, b: Raw) -> Raw {
        arch::f32x4_mul(a, b)
    }
    /// b < a ? b : a
    #[inline(always)]
    pub fn min(a: Raw, b: Raw) -> Raw {
        arch::f32x4_pmin(a, b)
    }
    /// a < b ? b : a
    #[inline(always)]
    pub fn max(a: Raw, b: Raw) -> Raw {
        arch::f32x4_pmax(a, b)
    }
    /// Lanes of all ones where a > b.
    #[inline(always)]
    pub fn greater(a: Raw, b: Raw) -> Raw {
        arch::f32x4_gt(a, b)
    }
    /// Lanes of all ones where a = b.
    #[inline(always)]
    pub fn equal(a: Raw, b: Raw) -> Raw {
        arch::f32x4_eq(a, b)
    }
    #[inline(always)]
    pub fn integer_min(a: Raw, b: Raw) -> Raw {
        arch::i32x4_min(a, b)
    }
    #[inline(always)]
    pub fn unsigned_min(a: Raw, b: Raw) -> Raw {
        arch::u32x4_min(a, b)
    }
    #[inline(always)]
    pub fn and(a: Raw, b: Raw) -> Raw {
        arch::v128_and(a, b)
    }
    /// mask ? a : b
    #[inline(always)]
    pub fn select(mask: Raw, a: Raw, b: Raw) -> Raw {
        arch::v128_bitselect(a, b, mask)
    }
    #[inline(always)]
    pub fn integer_mul(a: Raw, b: Raw) -> Raw {
        arch::i32x4_mul(a, b)
    }
    #[inline(always)]
    pub unsafe fn add_sums(a: Raw, b: Raw, to: *mut f64) {
        let double = |low: Raw| arch::f64x2_promote_low_f32x4(low);
        let low = arch::i32x4_shuffle::<0, 4, 1, 5>(a, b);
        let high = arch::i32x4_shuffle::<2, 6, 3, 7>(a, b);
        let upper = |v: Raw| arch::i64x2_shuffle::<1, 1>(v, v);
        let first = arch::f64x2_add(double(low), double(upper(low)));
        let last = arch::f64x2_add(double(high), double(upper(high)));
        let sums = arch::f64x2_add(first, last);
        unsafe { arch::v128_store(to.cast(), arch::f64x2_add(arch::v128_load(to.cast()), sums)) }
    }
    #[inline(always)]
    pub fn to_array(v: Raw) -> [f32; 4] {
        [
            arch::f32x4_extract_lane::<0>(v),
            arch::f32x4_extract_lane::<1>(v),
            arch::f32x4_extract_lane::<2>(v),
            arch::f32x4_extract_lane::<3>(v),
        ]
    }
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use core::arch::x86_64 as arch;
    pub type Raw = arch::__m128;
    // SAFETY (all): SSE2 is part of x86_64; loads and stores are the unaligned ones.
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Raw {
        unsafe { arch::_mm_loadu_ps(p) }
    }
    #[inline(always)]
    pub unsafe fn store(p: *mut f32, v: Raw) {
        unsafe { arch::_mm_storeu_ps(p, v) }
    }
    #[inline(always)]
    pub unsafe fn load_splat(p: *const f32) -> Raw {
        unsafe { arch::_mm_load1_ps(&*p) }
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Raw {
        unsafe { arch::_mm_set1_ps(x) }
    }
    #[inline(always)]
    pub fn add(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_add_ps(a, b) }
    }
    #[inline(always)]
    pub fn sub(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_sub_ps(a, b) }
    }
    #[inline(always)]
    pub fn mul(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_mul_ps(a, b) }
    }
    #[inline(always)]
    pub fn min(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_min_ps(b, a) }
    }
    #[inline(always)]
    pub fn max(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_max_ps(b, a) }
    }
    #[inline(always)]
    pub fn greater(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_cmpgt_ps(a, b) }
    }
    #[inline(always)]
    pub fn equal(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_cmpeq_ps(a, b) }
    }
    #[inline(always)]
    pub fn integer_min(a: Raw, b: Raw) -> Raw {
        let (p, q) = unsafe { (arch::_mm_castps_si128(a), arch::_mm_castps_si128(b)) };
        select(
            unsafe { arch::_mm_castsi128_ps(arch::_mm_cmplt_epi32(p, q)) },
            a,
            b,
        )
    }
    #[inline(always)]
    pub fn unsigned_min(a: Raw, b: Raw) -> Raw {
        let sign = splat(-0.0);
        unsafe {
            let least = integer_min(arch::_mm_xor_ps(a, sign), arch::_mm_xor_ps(b, sign));
            arch::_mm_xor_ps(least, sign)
        }
    }
    #[inline(always)]
    pub fn and(a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_and_ps(a, b) }
    }
    #[inline(always)]
    pub fn select(mask: Raw, a: Raw, b: Raw) -> Raw {
        unsafe { arch::_mm_or_ps(arch::_mm_and_ps(mask, a), arch::_mm_andnot_ps(mask, b)) }
    }
    #[inline(always)]
    pub fn integer_mul(a: Raw, b: Raw) -> Raw {
        let integers = |v: Raw| to_array(v).map(f32::to_bits);
        let (a, b) = (integers(a), integers(b));
        let product: [f32; 4] = std::array::from_fn(|i| f32::from_bits(a[i].wrapping_mul(b[i])));
        unsafe { load(product.as_ptr()) }
    }
    #[inline(always)]
    pub unsafe fn add_sums(a: Raw, b: Raw, to: *mut f64) {
        unsafe {
            let upper = |v: Raw| arch::_mm_movehl_ps(v, v);
            let double = |low: Raw| arch::_mm_cvtps_pd(low);
            let (low, high) = (arch::_mm_unpacklo_ps(a, b), arch::_mm_unpackhi_ps(a, b));
            let first = arch::_mm_add_pd(double(low), double(upper(low)));
            let last = arch::_mm_add_pd(double(high), double(upper(high)));
            let sums = arch::_mm_add_pd(first, last);
            arch::_mm_storeu_pd(to, arch::_mm_add_pd(arch::_mm_loadu_pd(to), sums));
        }
    }
    #[inline(always)]
    pub fn to_array(v: Raw) -> [f32; 4] {
        let mut out = [0.0; 4];
        unsafe { arch::_mm_storeu_ps(out.as_mut_ptr(), v) };
        out
    }
}

#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
mod lanes {
    pub type Raw = [f32; 4];
    #[inline(always)]
    fn bits(mask: bool) -> f32 {
        f32::from_bits(if mask { u32::MAX } else { 0 })
    }
    #[inline(always)]
    fn zip(a: Raw, b: Raw, f: impl Fn(f32, f32) -> f32) -> Raw {
        core::array::from_fn(|i| f(a[i], b[i]))
    }
    #[inline(always)]
    pub unsafe fn load(p: *const f32) -> Raw {
        unsafe { p.cast::<Raw>().read_unaligned() }
    }
    #[inline(always)]
    pub unsafe fn store(p: *mut f32, v: Raw) {
        unsafe { p.cast::<Raw>().write_unaligned(v) }
    }
    #[inline(always)]
    pub unsafe fn load_splat(p: *const f32) -> Raw {
        [unsafe { *p }; 4]
    }
    #[inline(always)]
    pub fn splat(x: f32) -> Raw {
        [x; 4]
    }
    #[inline(always)]
    pub fn add(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| x + y)
    }
    #[inline(always)]
    pub fn sub(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| x - y)
    }
    #[inline(always)]
    pub fn mul(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| x * y)
    }
    #[inline(always)]
    pub fn min(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| if y < x { y } else { x })
    }
    #[inline(always)]
    pub fn max(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| if x < y { y } else { x })
    }
    #[inline(always)]
    pub fn greater(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| bits(x > y))
    }
    #[inline(always)]
    pub fn equal(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| bits(x == y))
    }
    #[inline(always)]
    pub fn integer_min(a: Raw, b: Raw) -> Raw {
        let integer = |x: f32| x.to_bits() as i32;
        zip(a, b, |x, y| if integer(x) < integer(y) { x } else { y })
    }
    #[inline(always)]
    pub fn unsigned_min(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| if x.to_bits() < y.to_bits() { x } else { y })
    }
    #[inline(always)]
    pub fn and(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| f32::from_bits(x.to_bits() & y.to_bits()))
    }
    #[inline(always)]
    pub fn select(mask: Raw, a: Raw, b: Raw) -> Raw {
        core::array::from_fn(|i| if mask[i].to_bits() != 0 { a[i] } else { b[i] })
    }
    #[inline(always)]
    pub fn integer_mul(a: Raw, b: Raw) -> Raw {
        zip(a, b, |x, y| {
            f32::from_bits(x.to_bits().wrapping_mul(y.to_bits()))
        })
    }
    #[inline(always)]
    pub unsafe fn add_sums(a: Raw, b: Raw, to: *mut f64) {
        let sum = |v: Raw| {
            let [p, q, r, s] = v.map(f64::from);
            (p + q) + (r + s)
        };
        unsafe {
            *to += sum(a);
            *to.add(1) += sum(b);
        }
    }
    #[inline(always)]
    pub fn to_array(v: Raw) -> [f32; 4] {
        v
    }
}

/// Four lanes of f32.
#[derive(Clone, Copy, Debug)]
pub struct F32x4(lanes::Raw);

impl F32x4 {
    /// The same value in each lane.
    #[inline(always)]
    #[must_use]
    pub fn splat(x: f32) -> Self {
        Self(lanes::splat(x))
    }
    /// A constant in each lane that stays in a register throughout a loop, because compilers do not know it: V8 writes three
    /// instructions for a `v128.const` wherever it is used, JavaScriptCore up to four.
    #[inline(always)]
    #[must_use]
    pub fn held(constant: &'static f32) -> Self {
        // SAFETY: a reference. Volatile, so that it is read, and from a static, so that nobody sees it written.
        Self::splat(unsafe { std::ptr::read_volatile(constant) })
    }
    /// Zeros.
    #[inline(always)]
    #[must_use]
    pub fn zero() -> Self {
        Self::splat(0.0)
    }
    /// Four neighbouring floats, at any alignment.
    ///
    /// # Safety
    /// `p..p + 4` must be readable.
    #[inline(always)]
    #[must_use]
    pub unsafe fn load(p: *const f32) -> Self {
        Self(unsafe { lanes::load(p) })
    }
    /// One float in each lane.
    ///
    /// # Safety
    /// `p` must be readable.
    #[inline(always)]
    #[must_use]
    pub unsafe fn load_splat(p: *const f32) -> Self {
        Self(unsafe { lanes::load_splat(p) })
    }
    /// Writes four floats, at any alignment.
    ///
    /// # Safety
    /// `p..p + 4` must be writable.
    #[inline(always)]
    pub unsafe fn store(self, p: *mut f32) {
        unsafe { lanes::store(p, self.0) }
    }
    /// Writes four floats, or adds to the four that are there.
    ///
    /// # Safety
    /// `p..p + 4` must be readable and writable.
    #[inline(always)]
    pub unsafe fn store_or_add(self, p: *mut f32, add: bool) {
        unsafe { (if add { Self::load(p) + self } else { self }).store(p) };
    }
    /// The smaller lanes; `self` where they do not compare (NaN in `self` stays).
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(lanes::min(self.0, other.0))
    }
    /// The larger lanes; `self` where they do not compare (NaN in `self` stays).
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(lanes::max(self.0, other.0))
    }
    /// A mask of the lanes where `self` is larger.
    #[inline(always)]
    #[must_use]
    pub fn greater(self, other: Self) -> Self {
        Self(lanes::greater(self.0, other.0))
    }
    /// A mask of the lanes that are equal.
    #[inline(always)]
    #[must_use]
    pub fn equal(self, other: Self) -> Self {
        Self(lanes::equal(self.0, other.0))
    }
    /// Bitwise and, with a mask.
    #[inline(always)]
    #[must_use]
    pub fn and(self, mask: Self) -> Self {
        Self(lanes::and(self.0, mask.0))
    }
    /// `self` is a mask: lanes of `yes` where it is set, else of `no`.
    #[inline(always)]
    #[must_use]
    pub fn select(self, yes: Self, no: Self) -> Self {
        Self(lanes::select(self.0, yes.0, no.0))
    }
    /// min(lane, 0), given zeros: an operation on integers, whose signs are those of floats, so that the units that add are
    /// left to others. What it makes of NaN is not said.
    #[inline(always)]
    #[must_use]
    pub fn negative_part(self, zero: Self) -> Self {
        Self(lanes::integer_min(self.0, zero.0))
    }
    /// max(lane, lowest) for negative lanes and a negative `lowest`; other lanes stay. Likewise on integers, of whose order
    /// negative floats have the reverse.
    #[inline(always)]
    #[must_use]
    pub fn not_below(self, lowest: Self) -> Self {
        Self(lanes::unsigned_min(self.0, lowest.0))
    }
    /// The low 32 bits of the product of the lanes' bits as integers.
    #[inline(always)]
    #[must_use]
    pub fn integer_mul(self, other: Self) -> Self {
        Self(lanes::integer_mul(self.0, other.0))
    }
    /// The bits of each lane's integer, for integers from 0 up to 2²³: adding 2²³ leaves them in the significand.
    #[inline(always)]
    #[must_use]
    pub fn integer_bits(self) -> Self {
        (self + Self::splat(8_388_608.0)).and(Self::splat(f32::from_bits(0x7f_ffff)))
    }
    /// The lanes.
    #[inline(always)]
    #[must_use]
    pub fn to_array(self) -> [f32; 4] {
        lanes::to_array(self.0)
    }
    /// Adds (lane 0 + lane 1) + (lane 2 + lane 3), in f64, of `self` to the first of two numbers and of `other` to the second.
    ///
    /// # Safety
    /// `to..to + 2` must be readable and writable.
    #[inline(always)]
    pub unsafe fn add_sums(self, other: Self, to: *mut f64) {
        unsafe { lanes::add_sums(self.0, other.0, to) }
    }
    /// (lane 0 + lane 1) + (lane 2 + lane 3).
    #[inline(always)]
    #[must_use]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }
}

impl Add for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(lanes::add(self.0, other.0))
    }
}
impl Sub for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(lanes::sub(self.0, other.0))
    }
}
impl Mul for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(lanes::mul(self.0, other.0))
    }
}
impl AddAssign for F32x4 {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
