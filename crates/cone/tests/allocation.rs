//! A call on the pivoting path allocates nothing.

mod common;

use common::*;
use dualcone_cone::{DualConeSolver, Options, Ridge};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises are those of the system allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, hence from the system allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn pivoting_and_lawson_hanson_allocate_nothing() {
    let mut random = Random(51);
    for m in [1, 4, 33, 70] {
        let mut solver = DualConeSolver::new(m);
        let mut weights = vec![0.0; m];
        for kind in KINDS {
            let gramian = gramian(&sample(kind, m, &mut random));
            let u = random.preference(m);
            for ridge in [Ridge::Trace(1e-4), Ridge::Diagonal(1e-6), Ridge::None] {
                for warm in [false, true] {
                    let options = Options {
                        ridge,
                        warm,
                        ..Options::default()
                    };
                    let before = ALLOCATIONS.get();
                    let first = solver.upgrad(&gramian, Some(&u), &options, &mut weights);
                    let second = solver.dualproj(&gramian, None, &options, &mut weights);
                    let allocations = ALLOCATIONS.get() - before;
                    assert_eq!(first.unwrap().clarabel + second.unwrap().clarabel, 0);
                    assert_eq!(allocations, 0, "{kind:?}, {m} rows, {ridge:?}");
                }
            }
        }
    }
}
