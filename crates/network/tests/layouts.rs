//! The order of entries in memory: every layout is a permutation, carrying between two of them loses nothing, and a
//! linear layer reads any of them.

use dualcone_network::layout::{Boundary, Layout};
use dualcone_network::plain::{linear::Linear, reorder::Reorder};
use dualcone_network::rows::{Rows, RowsMut};
use dualcone_network::stage::{Pass, Stage};

const SHAPE: [usize; 3] = [32, 3, 5];

/// All layouts of one image; the blocked and the feature orders are shuffled by steps coprime to their sizes.
fn layouts() -> Vec<Boundary> {
    let size: usize = SHAPE.iter().product();
    let channels = (0..32).map(|k| (k * 7 + 3) % 32).collect();
    let features = (0..size).map(|k| (k * 77 + 5) % size).collect();
    [
        Layout::Plain,
        Layout::Pixels,
        Layout::Blocked { channels },
        Layout::Features { features },
    ]
    .map(|layout| Boundary {
        shape: SHAPE.to_vec(),
        layout,
    })
    .to_vec()
}

/// 1, 2, 3, ... in PyTorch's order, as it lies in `boundary`.
fn loaded(boundary: &Boundary) -> Vec<f64> {
    let plain: Vec<f64> = (1..=boundary.size()).map(|k| k as f64).collect();
    let mut row = vec![0.0; boundary.stride()];
    boundary.load(&plain, &mut row);
    row
}

fn pass<'a>(parameters: &'a [f64]) -> Pass<'a, f64> {
    Pass {
        examples: 1,
        parameters,
        packed: &[],
        tape: RowsMut::new(&mut [], 0),
        scratch: &mut [],
    }
}

#[test]
fn every_order_is_a_permutation_and_load_follows_it() {
    for boundary in layouts() {
        let order = boundary.order();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(
            sorted.into_iter().eq(0..boundary.size()),
            "{:?}",
            boundary.layout
        );
        let row = loaded(&boundary);
        for (position, &place) in order.iter().enumerate() {
            assert_eq!(
                row[position],
                place as f64 + 1.0,
                "{:?} at {position}",
                boundary.layout
            );
        }
        assert!(
            row[boundary.size()..].iter().all(|&x| x == 0.0),
            "the slack stays zero"
        );
        assert_eq!(
            boundary.flattened().order(),
            order,
            "flattening moves nothing"
        );
    }
}

#[test]
fn reordering_carries_values_forth_and_deltas_back() {
    for from in layouts() {
        for to in layouts() {
            let stage = Reorder::between(&from, &to);
            let (before, expected) = (loaded(&from), loaded(&to));
            let mut after = vec![0.0; to.stride()];
            let stride = from.stride();
            stage.forward(
                &mut pass(&[]),
                Rows::new(&before, stride),
                RowsMut::new(&mut after, stride),
            );
            assert_eq!(after, expected, "{:?} to {:?}", from.layout, to.layout);
            let mut back = vec![0.0; stride];
            stage.backward(
                &mut pass(&[]),
                Rows::new(&before, stride),
                Rows::new(&after, stride),
                Some(RowsMut::new(&mut back, stride)),
                None,
            );
            assert_eq!(back, before, "{:?} from {:?}", from.layout, to.layout);
        }
    }
}

/// Weights and inputs are whole numbers, so that every sum is exact in any order.
#[test]
fn a_linear_layer_reads_any_layout() {
    const OUTPUTS: usize = 3;
    for boundary in layouts().iter().map(Boundary::flattened) {
        let stage = Linear::new(&boundary, OUTPUTS, true);
        let stage: &dyn Stage<f64> = &stage;
        let size = boundary.size();
        let weight: Vec<f64> = (0..OUTPUTS * size)
            .map(|k| ((k * 31) % 17) as f64 - 8.0)
            .collect();
        let bias = [5.0, -2.0, 11.0];
        let mut parameters = vec![0.0; stage.parameter_count()];
        stage.for_each_source(&mut |entry, (tensor, flat)| {
            parameters[entry] = if tensor == 0 {
                weight[flat]
            } else {
                bias[flat]
            };
        });
        let (row, stride) = (loaded(&boundary), boundary.stride());
        let mut output = vec![0.0; Boundary::plain(vec![OUTPUTS]).stride()];
        let width = output.len();
        stage.forward(
            &mut pass(&parameters),
            Rows::new(&row, stride),
            RowsMut::new(&mut output, width),
        );
        for o in 0..OUTPUTS {
            let expected = bias[o]
                + (0..size)
                    .map(|k| weight[o * size + k] * (k + 1) as f64)
                    .sum::<f64>();
            assert_eq!(output[o], expected, "output {o} from {:?}", boundary.layout);
        }
    }
}
