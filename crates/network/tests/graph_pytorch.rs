//! Tokens, recurrence, ties and heads against PyTorch.
//!
//! The values are PyTorch 2.15's in float64 for `nn.Embedding(5, 3)`, `nn.RNN(3, 4, batch_first=True)`, a head of
//! `nn.Linear(4, 3)` and the embedding's weight with a bias of its own (`F.linear`), and a head of `nn.Linear(4, 2)` on
//! the last state: cross-entropy of every step and of the second head, one `torch.autograd.grad` a loss. Entry k of
//! parameter number i is ((37 k + 11 i) mod 64 − 32) / 64.

mod common;

use common::graphs::{export, jacobian, options, products};
use common::{distance, gramian_distance};
use dualcone_network::graph::{GraphEngine, JacobianRows};
use dualcone_network::{Objective, Real};

const NETWORK: &str = r#"{"name": "tokens", "input": [3],
    "layers": [{"kind": "embedding", "entries": 5, "width": 3}, {"kind": "recurrent", "hidden": 4}],
    "heads": {
        "next": {"layers": [{"kind": "linear", "outputs": 3}, {"kind": "linear", "outputs": 5, "tie": "trunk.0"}]},
        "class": {"layers": [{"kind": "last-step"}, {"kind": "linear", "outputs": 2}]}}}"#;

/// Row by row: the three steps and the class of the first example, then of the second.
const LOSSES: [f64; 8] = [
    1.9761333607577611,
    1.4533439836201394,
    1.667304253174304,
    0.7368621401250959,
    1.2890836556309029,
    1.903906529706005,
    1.708260754276881,
    0.5304121279563808,
];

#[rustfmt::skip]
const GRAMIAN: [f64; 64] = [
    1.5503063022396029, -0.4489573756893084, 0.004123297969283647, -0.12193909490242316, -0.18700506014418414, -0.28564285473413614, -0.2235541953051197, 0.04601282784830283,
    -0.4489573756893084, 1.6986158886797715, -0.5863618273360609, 0.10556423896249248, -0.675075533980657, -0.11644006770030808, -0.14462745182024875, -0.036566743342182635,
    0.004123297969283647, -0.5863618273360609, 1.2055535364800163, -0.02729532158038277, -0.12907755972489035, -0.4321436988003062, -0.3831635746440413, 0.03655687471760983,
    -0.12193909490242316, 0.10556423896249248, -0.02729532158038277, 1.2126906594965263, -0.046463068453545746, -0.027125038768733206, -0.020661516750593613, -0.8166633141151223,
    -0.18700506014418414, -0.675075533980657, -0.12907755972489035, -0.046463068453545746, 1.1201316969072983, -0.6194065387037467, -0.4163837402664854, 0.027445767553732184,
    -0.28564285473413614, -0.11644006770030808, -0.4321436988003062, -0.027125038768733206, -0.6194065387037467, 2.262033719244945, 1.6668786729271763, -0.10812805496255909,
    -0.2235541953051197, -0.14462745182024875, -0.3831635746440413, -0.020661516750593613, -0.4163837402664854, 1.6668786729271763, 1.696968702822969, -0.017043124099395613,
    0.04601282784830283, -0.036566743342182635, 0.03655687471760983, -0.8166633141151223, 0.027445767553732184, -0.10812805496255909, -0.017043124099395613, 0.7943103018818722,
];

/// Jᵀ w for w = (1, 2, ..., 8) / 8, tensor by tensor.
#[rustfmt::skip]
const PULLBACK: [(&str, &[f64]); 10] = [
    ("trunk.0.weight", &[-0.0909528599850892, 0.039286755584203525, 0.004023988877507964, -0.1174405311642272, -0.009341279361630804, 0.02523446524071916, 0.26919079916262634, 0.045177786766316175, -0.14271820885618883, -0.15655570524833143, 0.027861418521945094, -0.0524653948403059, -0.1208696309829517, 0.04281610604270202, -0.021495023062840644]),
    ("trunk.1.weight_ih_l0", &[-0.0579260797845112, -0.007577831936700263, 0.04635552707606794, -0.05444120181466622, -0.021738536927165614, 0.08835375115252618, -0.03404904634194679, 0.10630282404103691, -0.1794593897992388, 0.015258465669832223, -0.0008054603177590006, 0.030660121813215417]),
    ("trunk.1.weight_hh_l0", &[0.05913067423405745, 0.006506944181320239, -0.05085091034081769, -0.011765233138845935, 0.18494214758342725, -0.003324573990543967, -0.15462596887027333, -0.039995429845471886, -0.07183062486186967, -0.010536718802491202, 0.09842968250228067, 0.017537577988804502, -0.1699462531221822, 0.014073536078611566, 0.10979904510619902, 0.034747421111233884]),
    ("trunk.1.bias_ih_l0", &[0.07389591378116207, 0.367393742047882, -0.14367748073144207, -0.11068253940566722]),
    ("trunk.1.bias_hh_l0", &[0.07389591378116207, 0.36739374204788194, -0.14367748073144204, -0.1106825394056672]),
    ("heads.next.0.weight", &[-0.05939230105182178, 0.06653523576216443, 0.02529386508953742, -0.014958005231849997, 0.23819407152502994, -0.1571461314020835, -0.1460085344021791, 0.01920487906679269, -0.270123531610357, 0.18740332601906343, 0.1691981358506421, -0.028667108522378297]),
    ("heads.next.0.bias", &[-0.13958630790904097, 0.5242609537054217, -0.6160769939286836]),
    ("heads.next.1.bias", &[0.2009604575791155, 0.4764906860196427, -1.1403379476341053, 0.2784176291801602, 0.18446917485518707]),
    ("heads.class.1.weight", &[-0.022694574640583637, 0.12098380040147103, -0.0745565337704314, -0.06697830280333947, 0.022694574640583665, -0.12098380040147105, 0.0745565337704314, 0.06697830280333948]),
    ("heads.class.1.bias", &[-0.15094425263572203, 0.1509442526357221]),
];

fn filled<T: Real>() -> GraphEngine<T> {
    let options = options(&[Objective::CrossEntropy; 2], JacobianRows::ExamplesLosses);
    let mut engine = common::graphs::engine::<T>(NETWORK, 2, &options);
    for index in 0..engine.plan().parameters.len() {
        let size = engine.plan().parameters[index].size;
        let entry = |k| (((k * 37 + (index + 1) * 11) % 64) as f64 - 32.0) / 64.0;
        let tensor: Vec<T> = (0..size).map(|k| T::from_f64(entry(k))).collect();
        engine.set_parameter(index, &tensor);
    }
    for (x, token) in engine.inputs.iter_mut().zip([0, 3, 1, 4, 4, 2]) {
        *x = T::from_f64(f64::from(token));
    }
    engine.labels.copy_from_slice(&[3, 1, 0, 1, 4, 2, 2, 0]);
    engine
}

fn agrees<T: Real>(tolerance: f64) {
    let mut engine = filled::<T>();
    let names: Vec<&str> = engine
        .plan()
        .parameters
        .iter()
        .map(|p| &p.name[..])
        .collect();
    assert_eq!(names, PULLBACK.map(|(name, _)| name));
    engine.linearize(2, None).unwrap();
    assert!(distance(&engine.losses[..8], &LOSSES) < tolerance);
    engine.gramian().unwrap();
    assert!(gramian_distance(&engine.gramian[..64], &GRAMIAN, 8) < tolerance);
    assert!(gramian_distance(&products(&jacobian(&engine, 8)), &GRAMIAN, 8) < tolerance);
    let weights: Vec<f64> = (1..=8).map(|k| f64::from(k) / 8.0).collect();
    let expected: Vec<f64> = PULLBACK
        .iter()
        .flat_map(|(_, tensor)| *tensor)
        .copied()
        .collect();
    engine.pullback(&weights).unwrap();
    assert!(distance(&export(&engine, &engine.direction), &expected) < tolerance);
    engine.gradient(2, &weights, None).unwrap();
    assert!(distance(&export(&engine, &engine.direction), &expected) < tolerance);
}

#[test]
fn in_f64() {
    agrees::<f64>(1e-14);
}

#[test]
fn in_f32() {
    agrees::<f32>(1e-6);
}
