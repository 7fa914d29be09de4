//! Errors of the crates as errors of JavaScript.

use dualcone_cone::ConeError;
use dualcone_network::NetworkError;
use wasm_bindgen::JsError;

/// What was seen at the place where a rule is broken.
pub enum Seen<'a> {
    /// A number; spelled `"NaN"`, `"inf"` or `"-inf"` where JSON has none.
    Number(f64),
    /// A whole number, in digits.
    Digits(&'a str),
    /// Text.
    Text(&'a str),
}

/// An `Error` whose message is the JSON object `{ rule, place, value }`.
pub fn refuse(rule: &str, place: &str, value: Seen<'_>) -> JsError {
    JsError::new(&message(rule, place, value))
}

/// A [`ConeError`] as an `Error`.
pub fn refuse_cone(error: ConeError) -> JsError {
    refuse(&error.rule, &error.place, Seen::Number(error.value))
}

/// A [`NetworkError`] as an `Error`.
pub fn refuse_network(error: NetworkError) -> JsError {
    let number = !error.value.is_empty() && error.value.bytes().all(|byte| byte.is_ascii_digit());
    refuse(
        &error.rule,
        &error.place,
        if number {
            Seen::Digits(&error.value)
        } else {
            Seen::Text(&error.value)
        },
    )
}

fn message(rule: &str, place: &str, value: Seen<'_>) -> String {
    let value = match value {
        Seen::Number(number) if number.is_finite() => number.to_string(),
        Seen::Number(number) => quoted(&number.to_string()),
        Seen::Digits(digits) => digits.to_owned(),
        Seen::Text(text) => quoted(text),
    };
    format!(
        r#"{{"rule":{},"place":{},"value":{value}}}"#,
        quoted(rule),
        quoted(place)
    )
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\u{0}'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::{Seen, message};

    #[test]
    fn a_number_stays_a_number() {
        let text = message("it must be less", "epsilon", Seen::Number(0.5));
        assert_eq!(
            text,
            r#"{"rule":"it must be less","place":"epsilon","value":0.5}"#
        );
    }

    #[test]
    fn a_number_that_json_lacks_is_spelled() {
        assert!(message("", "", Seen::Number(f64::NAN)).ends_with(r#""value":"NaN"}"#));
        assert!(message("", "", Seen::Number(f64::NEG_INFINITY)).ends_with(r#""value":"-inf"}"#));
    }

    #[test]
    fn quotes_backslashes_and_control_characters_are_escaped() {
        let text = message("", "", Seen::Text("a \"b\" \\ c\nd"));
        assert!(text.ends_with(r#""value":"a \"b\" \\ c\u000ad"}"#));
    }
}
