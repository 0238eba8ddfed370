//! The bytes of a message as JSON. Source: RFC 8259 (UTF-8); older systems write UTF-16 or Latin-1.

use care::ordering::message::Fault;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Bytes of a message at the most.
const BYTES_MAX: usize = 32 << 20;
/// Items of one list at the most.
const ITEMS_MAX: usize = 5_000;

/// A number from here on is kept without its last digits, which of an identifier names somebody else.
const INTEGER_MAX: f64 = 9_223_372_036_854_775_808.0;

/// The JSON of a message. Lists within lists are read to a depth of 128, which no resource comes near.
pub fn json(body: &[u8]) -> Result<Value, Fault> {
    if body.len() > BYTES_MAX {
        return Err(Fault::new(
            "Bundle",
            format!("The message has {} bytes, {BYTES_MAX} at the most are read: send documents apart", body.len()),
        ));
    }
    let text = decoded(body);
    if text.trim_start().starts_with('<') {
        return Err(Fault::new("Bundle", "This is XML: send JSON, as application/fhir+json"));
    }
    serde_json::from_str::<Unambiguous>(&text)
        .map(|Unambiguous(value)| value)
        .map_err(|why| Fault::new(format!("line {}, column {}", why.line(), why.column()), format!("This is no JSON: {why}")))
}

/// A value of which no object has a name twice: of two statuses it would not be certain which one was meant. Source: FHIR R4, JSON
/// representation (property names are unique).
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unambiguous, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Unambiguous)
    }
}

/// Makes values of what the reader of JSON meets.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() >= INTEGER_MAX {
            return Err(E::custom("a number has more digits than can be kept, so that another would be read: send it as text"));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        // Source: FHIR R4, string: no characters below 32 except tab, line feed and carriage return.
        if let Some(control) = value.chars().find(|c| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}')) {
            return Err(E::custom(format!(
                "a text holds the control character {:#04x}, which no text has: send it without",
                u32::from(control)
            )));
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unambiguous(value)) = items.next_element()? {
            if list.len() == ITEMS_MAX {
                return Err(A::Error::custom(format!("a list has more than {ITEMS_MAX} items, which are not read: send them apart")));
            }
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Unambiguous(value))) = fields.next_entry::<String, Unambiguous>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("'{name}' stands twice in one object, so it is not certain which one is meant")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

/// The text, whatever it is written in.
fn decoded(body: &[u8]) -> String {
    match body {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // JSON begins with a character of ASCII: a zero beside it is half of one of UTF-16.
        [first, 0, ..] if *first != 0 => utf16(body, u16::from_le_bytes),
        [0, first, ..] if *first != 0 => utf16(body, u16::from_be_bytes),
        _ => utf8(body),
    }
}

/// UTF-8, else each byte a character of Latin-1.
fn utf8(body: &[u8]) -> String {
    std::str::from_utf8(body).map_or_else(|_| body.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = body.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_read_in_every_encoding() {
        let text = r#"{"name":"Zoë"}"#;
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for body in [
            text.as_bytes().to_vec(),
            marked(&[0xEF, 0xBB, 0xBF], text.as_bytes()),
            marked(&[0xFF, 0xFE], &little),
            marked(&[0xFE, 0xFF], &big),
            little.clone(),
            big.clone(),
            latin,
        ] {
            assert_eq!(json(&body).expect("JSON")["name"], "Zoë", "{body:?}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_and_values_are_those_of_the_reader() {
        let fault = json(br#"{"a":{"status":"active","status":"revoked"}}"#).expect_err("a fault");
        assert!(fault.message.contains("'status' stands twice"), "{fault}");
        let fault = json(br#"{"a":"x\u0000y"}"#).expect_err("a fault");
        assert!(fault.message.contains("control character 0x00"), "{fault}");
        let text = r#"{"a":[null,true,-1,18446744073709551615,1.5,"x",{}],"b":{"a":1}}"#;
        assert_eq!(json(text.as_bytes()).expect("JSON"), serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn what_is_nested_without_end_or_is_cut_off_is_a_fault_with_its_place() {
        let long = format!("[{}0]", "0,".repeat(ITEMS_MAX));
        for body in ["[".repeat(1_000_000), r#"{"a":"#.repeat(200_000), String::new(), "{\"a\":".into(), long] {
            assert!(json(body.as_bytes()).expect_err("a fault").at.starts_with("line "));
        }
    }
}
