//! Networks that are no chain, and their options: what is refused, and with which words.

mod common;

use common::graphs::{description, options};
use dualcone_network::graph::{GraphEngine, GraphOptions, JacobianRows};
use dualcone_network::{Description, Engine, NetworkError, Objective};

fn new(json: &str, options: &GraphOptions) -> Result<GraphEngine<f32>, NetworkError> {
    GraphEngine::new(&description(json), 2, options)
}

fn examples(outputs: usize) -> GraphOptions {
    options(
        &vec![Objective::CrossEntropy; outputs],
        JacobianRows::Examples,
    )
}

#[test]
fn networks_that_do_not_fit() {
    let linear = r#"{"kind": "linear", "outputs": 3}"#;
    let cases: &[(&str, &str, &str, &str, &str)] = &[
        (
            "[4]",
            r#"{"kind": "recurrent", "hidden": 2}"#,
            "layers[0] (recurrent)",
            "the shape [4]",
            "[steps, features]",
        ),
        (
            "[4]",
            r#"{"kind": "last-step"}"#,
            "layers[0] (last-step)",
            "the shape [4]",
            "[steps, features]",
        ),
        (
            "[4, 2]",
            r#"{"kind": "embedding", "entries": 3, "width": 2}"#,
            "layers[0] (embedding)",
            "the shape [4, 2]",
            "[steps]",
        ),
        (
            "[4]",
            r#"{"kind": "embedding", "entries": 0, "width": 2}"#,
            "layers[0].entries",
            "0",
            "at least 1",
        ),
        (
            "[4, 2]",
            r#"{"kind": "recurrent", "hidden": 0}"#,
            "layers[0].hidden",
            "0",
            "at least 1",
        ),
        (
            "[4]",
            r#"{"kind": "tanh"}, {"kind": "embedding", "entries": 3, "width": 2}"#,
            "layers[1]",
            "behind other layers",
            "must come first",
        ),
        (
            "[4]",
            r#"{"kind": "sum", "branches": []}"#,
            "layers[0].branches",
            "empty",
            "at least one branch",
        ),
        (
            "[4]",
            r#"{"kind": "sum", "branches": [[], [{"kind": "linear", "outputs": 3}]]}"#,
            "layers[0].branches[1]",
            "of the output shape [3]",
            "the shape of the first, [4]",
        ),
        (
            "[1, 4, 4]",
            r#"{"kind": "sum", "branches": [[], [{"kind": "elu"}, {"kind": "linear", "outputs": 3}]]}"#,
            "layers[0].branches[1][1] (linear)",
            "the shape [1, 4, 4]",
            "put a flatten layer before it",
        ),
        (
            "[4]",
            r#"{"kind": "linear", "outputs": 4, "tie": "1"}"#,
            "layers[0].tie",
            "1",
            "the path of an earlier layer",
        ),
        (
            "[4]",
            r#"{"kind": "linear", "outputs": 3}, {"kind": "linear", "outputs": 4, "tie": "0"}"#,
            "the shape of 1.weight",
            "[4, 3]",
            "tied to 0.weight and must have its shape, [3, 4]",
        ),
        (
            "[4, 2]",
            r#"{"kind": "recurrent", "hidden": 2}, {"kind": "linear", "outputs": 2, "tie": "0"}"#,
            "layers[1].tie",
            "0",
            "a tensor in common",
        ),
        (
            "[2, 4, 4]",
            r#"{"kind": "group-norm", "groups": 1}"#,
            "the network's output",
            "[2, 4, 4]",
            "it must be flat",
        ),
        (
            "[4]",
            r#"{"kind": "tanh"}"#,
            "layers",
            "without parameters",
            "at least one layer to train",
        ),
    ];
    for (input, layers, place, value, rule) in cases {
        let json = format!(r#"{{"name": "n", "input": {input}, "layers": [{layers}]}}"#);
        let error = new(&json, &examples(1))
            .err()
            .unwrap_or_else(|| panic!("{json}"));
        let fits =
            error.place == *place && error.value.contains(value) && error.rule.contains(rule);
        assert!(fits, "{json}\n  gives: {error}");
    }
    let json = format!(
        r#"{{"name": "n", "input": [4], "layers": [{linear}], "heads": {{"a.b": {{"layers": []}}}}}}"#
    );
    assert_eq!(
        new(&json, &examples(1)).err().unwrap().place,
        "the name of a head"
    );
    let json = format!(
        r#"{{"name": "n", "input": [4], "layers": [{linear}], "heads": {{"a": {{"layers": []}}}}}}"#
    );
    let error = new(&json, &examples(2)).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the number of objectives is 2; there must be one an output, 1"
    );
}

#[test]
fn batch_normalisation_is_refused_in_branches_and_heads() {
    let cases = [
        (
            r#"{"name": "n", "input": [4], "layers": [{"kind": "sum", "branches": [[], [{"kind": "batch-norm1d"}]]}]}"#,
            "layers[0].branches[1][0].kind",
        ),
        (
            r#"{"name": "n", "input": [4], "layers": [], "heads": {"a": {"layers": [{"kind": "batch-norm1d"}]}}}"#,
            "heads.a.layers[0].kind",
        ),
    ];
    for (json, place) in cases {
        let error = Description::from_json(json).unwrap_err();
        assert_eq!(error.place, place);
        assert!(error.rule.contains("group-norm or layer-norm"));
    }
}

#[test]
fn heads_keep_their_order_through_json() {
    let json = r#"{"name":"n","input":[4],"layers":[],"heads":{"z":{"layers":[{"kind":"sum","branches":[[],[]]}]},"a":{"layers":[{"kind":"recurrent","hidden":2,"bias":true,"tie":"0"}]}}}"#;
    let read = description(json);
    assert_eq!([&read.heads[0].name, &read.heads[1].name], ["z", "a"]);
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
}

#[test]
fn the_chain_engine_refuses_what_is_no_chain() {
    for layers in [
        r#""layers": [{"kind": "linear", "outputs": 4}, {"kind": "linear", "outputs": 4, "tie": "0"}]"#,
        r#""layers": [{"kind": "sum", "branches": [[], [{"kind": "linear", "outputs": 4}]]}]"#,
        r#""layers": [], "heads": {"a": {"layers": [{"kind": "linear", "outputs": 4}]}}"#,
    ] {
        let json = format!(r#"{{"name": "n", "input": [4], {layers}}}"#);
        let error = Engine::<f32>::new(&description(&json), 2, Objective::CrossEntropy, true);
        assert!(
            error
                .err()
                .unwrap()
                .rule
                .contains("neither heads nor sums nor tied")
        );
    }
    let json = r#"{"name": "n", "input": [4, 2], "layers": [{"kind": "linear", "outputs": 4}]}"#;
    let error = Engine::<f32>::new(&description(json), 2, Objective::CrossEntropy, true);
    assert_eq!(error.err().unwrap().place, "the network's output");
}

#[test]
fn options_that_do_not_fit() {
    let json = r#"{"name": "n", "input": [4], "layers": [{"kind": "linear", "outputs": 3}]}"#;
    let mut wrong = examples(1);
    wrong.jacobian_of = vec!["0.w".into()];
    let error = new(json, &wrong).err().unwrap();
    assert_eq!(
        error.to_string(),
        "a path of jacobianOf is 0.w; it must begin the name of a parameter; these are 0.weight, 0.bias"
    );
    let large = options(&[Objective::SquaredError], JacobianRows::ExamplesLosses);
    let json =
        r#"{"name": "n", "input": [16384, 8], "layers": [{"kind": "linear", "outputs": 1}]}"#;
    let error = GraphEngine::<f32>::new(&description(json), 8, &large)
        .err()
        .unwrap();
    assert_eq!(error.place, "the size of the Gramian");
}

#[test]
fn batches_that_do_not_fit() {
    let json = r#"{"name": "n", "input": [3], "layers": [{"kind": "embedding", "entries": 4, "width": 2}],
        "heads": {"a": {"layers": [{"kind": "linear", "outputs": 2}]}, "b": {"layers": [{"kind": "flatten"}, {"kind": "linear", "outputs": 3}]}}}"#;
    let mut engine = new(json, &examples(2)).unwrap();
    assert_eq!(engine.labels.len(), 8);
    assert_eq!(
        engine.gramian().unwrap_err().rule,
        "linearize a batch first"
    );
    assert!(
        engine
            .linearize(3, None)
            .unwrap_err()
            .rule
            .contains("the batch size, 2")
    );
    engine.labels[6] = 2;
    assert_eq!(
        engine.linearize(2, None).unwrap_err().to_string(),
        "label 2 of example 1 is 2; it must be 0 to 1, the network has 2 outputs"
    );
    engine.linearize(1, None).unwrap();
    engine.labels[6] = 1;
    for token in [-1.0, 4.0, 0.5, f32::NAN] {
        engine.inputs[4] = token;
        let error = engine.linearize(2, None).unwrap_err();
        assert_eq!(error.place, "token 1 of example 1");
        assert_eq!(error.rule, "it must be an integer from 0 to 3");
        assert!(engine.forward(2).is_err());
    }
    engine.inputs[4] = 3.0;
    engine.linearize(2, None).unwrap();
    let error = engine.pullback(&[1.0; 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the number of weights is 3; there must be one a row of the Jacobian, 2"
    );
    engine.initialise(1);
    assert!(engine.pullback(&[1.0; 2]).is_err());
}

#[test]
fn embeddings_are_drawn_from_the_normal_distribution() {
    let json = r#"{"name": "n", "input": [1], "layers": [{"kind": "embedding", "entries": 400, "width": 50}]}"#;
    let mut engine = new(json, &examples(1)).unwrap();
    engine.initialise(3);
    let n = engine.parameters.len() as f64;
    let moment = |k: i32| {
        engine
            .parameters
            .iter()
            .map(|x| f64::from(*x).powi(k))
            .sum::<f64>()
            / n
    };
    // Four standard errors of 20,000 draws: 4/√n, 4·√2/√n, 4·√96/√n.
    assert!(
        moment(1).abs() < 0.029 && (moment(2) - 1.0).abs() < 0.04 && (moment(4) - 3.0).abs() < 0.28
    );
}
